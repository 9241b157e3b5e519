import { writeSync } from 'node:fs';
import { Engine } from '../../src/index.ts';
import { openChat } from '../../src/patterns/index.ts';

/*
 * A process of its own for the tests of conversations: sends a message, or with none answers what is left. Each turn is printed
 * as a line of JSON, and what a tool is at.
 */

const [, , directory = '.', conversation = '', message] = process.argv;
const engine = await Engine.fromConfigDir(directory);
engine.events$.subscribe(({ type }) => {
  if (type === 'tool.called') writeSync(1, 'at work\n');
});
const chat = openChat(engine, { conversation });
const turns = message === undefined ? await chat.resume() : [await chat.send(message)];
for (const turn of turns) writeSync(1, `${JSON.stringify([turn.message, turn.answer, turn.status])}\n`);
await engine.close();
