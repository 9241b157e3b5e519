import { describe, expect, it } from 'vitest';
import { isEngineError } from '../../../src/index.ts';
import { chat, openChat, type ChatTurn } from '../../../src/patterns/index.ts';
import { failing, openPattern, told, type OpenPattern, type ToldReply } from '../../support/pattern-engine.ts';
import { temporaryDirectory } from '../../support/project-fixture.ts';

const files = chat({ model: told, assistant: { prompt: 'Answer.' }, store: 'file_json' });

const replies: readonly ToldReply[] = [
  { match: 'Broken', ...failing },
  { match: 'Ada[^]*my name', reply: 'You are Ada.', chunks: 3 },
  { match: 'Ben[^]*my name', reply: 'You are Ben.' },
  { match: 'my name', reply: 'I do not know.' },
  { reply: 'Hello.' },
];

const open = (options: Parameters<typeof openPattern>[2] = {}): Promise<OpenPattern> =>
  openPattern(files, replies, options);

const said = ({ message, answer, status }: ChatTurn): unknown => [message, answer, status];

describe('a conversation', () => {
  it('knows what was said in it, and nothing of others', async () => {
    const { engine } = await open();
    const ada = openChat(engine, { conversation: 'ada' });
    const ben = openChat(engine, { conversation: 'ben' });
    const adaB = openChat(engine, { conversation: 'ada-b' });
    expect(said(await ada.send('I am Ada.'))).toEqual(['I am Ada.', 'Hello.', 'completed']);
    await ben.send('I am Ben.');
    expect((await ada.send('What is my name?')).answer).toBe('You are Ada.');
    expect((await ben.send('What is my name?')).answer).toBe('You are Ben.');
    expect((await adaB.send('What is my name?')).answer).toBe('I do not know.');
    expect((await ada.turns()).map(said)).toEqual([
      ['I am Ada.', 'Hello.', 'completed'],
      ['What is my name?', 'You are Ada.', 'completed'],
    ]);
    expect((await adaB.turns()).map(said)).toEqual([['What is my name?', 'I do not know.', 'completed']]);
  });

  it('gives an answer piece by piece, and to whom it is meant alone', async () => {
    const { engine } = await open({ payloads: 'full' });
    const ada = openChat(engine, { conversation: 'ada' });
    const ben = openChat(engine, { conversation: 'ben' });
    await ada.send('I am Ada.');
    const [toAda, toBen]: [string[], string[]] = [[], []];
    await Promise.all([
      ada.send('What is my name?', { onText: (piece) => toAda.push(piece) }),
      ben.send('Hi.', { onText: (piece) => toBen.push(piece) }),
    ]);
    expect([toAda.length, toAda.join(''), toBen.join('')]).toEqual([3, 'You are Ada.', 'Hello.']);
  });

  it('answers messages one after the other', async () => {
    const { engine } = await open();
    const ada = openChat(engine, { conversation: 'ada' });
    const answers = await Promise.all([ada.send('I am Ada.'), ada.send('What is my name?')]);
    expect(answers.map(({ answer }) => answer)).toEqual(['Hello.', 'You are Ada.']);
  });

  it('goes on after a turn that failed, which it does not remember', async () => {
    const directory = temporaryDirectory();
    const { engine } = await open({ directory, host: 'local' });
    const ada = openChat(engine, { conversation: 'ada' });
    const failed = await ada.send('Broken, I am Ada.');
    expect(said(failed)).toEqual(['Broken, I am Ada.', null, 'failed']);
    expect(failed.failures).toMatchObject([{ code: 'provider.content_filter', node: 'reply' }]);
    expect((await ada.send('What is my name?')).answer).toBe('I do not know.');
  });

  it('keeps what is too long as far as it goes', async () => {
    const { engine } = await open();
    const ada = openChat(engine, { conversation: 'ada' });
    expect(said(await ada.send(`I am Ada.${' So it is.'.repeat(3_000)}`))).toMatchObject([/./u, 'Hello.', 'completed']);
    expect((await ada.send('What is my name?')).answer).toBe('You are Ada.');
  });

  it('is answered also where it cannot be kept, and says so', async () => {
    const { engine } = await openPattern({ ...files, 'tools.yaml': 'tools: { keep: { type: registered } }' }, replies);
    engine.registerTool('keep', () => {
      throw new Error('The disk is full.');
    });
    const turn = await openChat(engine, { conversation: 'ada' }).send('I am Ada.');
    expect(said(turn)).toEqual(['I am Ada.', 'Hello.', 'partial']);
    expect(turn.failures.map(({ node, code }) => [node, code])).toEqual([
      ['they_said', 'tool.failed'],
      ['you_said', 'tool.failed'],
    ]);
  });

  it('is refused where it has no name that an id can have, and a message where it says nothing', async () => {
    const { engine } = await open();
    const refused = (conversation: string): unknown => {
      try {
        return openChat(engine, { conversation });
      } catch (error) {
        return isEngineError(error) ? [error.code, error.message] : error;
      }
    };
    const sentence = 'The conversation cannot be made. "conversation":';
    expect(refused('a.b')).toEqual([
      'ENGINE_PATTERN_INVALID',
      `${sentence} It is at most 64 letters, digits, "_" and "-".`,
    ]);
    expect(refused('pinned')).toEqual([
      'ENGINE_PATTERN_INVALID',
      `${sentence} What is tagged "pinned" is shown in every conversation.`,
    ]);
    const ada = openChat(engine, { conversation: 'ada' });
    await expect(ada.send(' \n')).rejects.toMatchObject({ code: 'ENGINE_PATTERN_INVALID' });
  });
});
