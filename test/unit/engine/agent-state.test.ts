import { describe, expect, it } from 'vitest';
import { openProject, openDirectory, type OpenEngine, type TestProject } from '../../support/engine-fixture.ts';

const schema = {
  type: 'object',
  required: ['said'],
  properties: { said: { type: 'string' }, notes: { type: 'object' } },
};

const keeping = (
  replies: string,
  memory: object = { project_store: { type: 'file_json', path: 'kept.json' } },
): TestProject => ({
  workflow: { nodes: [{ id: 'teach', type: 'agent', agent: 'tutor' }] },
  engine: { models: { told: { provider: 'scripted', script: 'replies.yaml' } }, defaults: { model: 'told' } },
  agents: { tutor: { prompt: 'Teach.', output_schema: schema, state_field: 'notes' } },
  memory: { memory },
  files: { 'replies.yaml': `replies: [${replies}]` },
});

const first =
  '{ match: "step", reply: { said: two, notes: { step: 2 } } }, { reply: { said: one, notes: { step: 1 } } }';

async function runTwice({ engine }: OpenEngine): Promise<unknown[]> {
  const outputs = [];
  for (const id of ['one', 'two']) outputs.push((await engine.runOne('go', { id })).output);
  return outputs;
}

describe('an agent with a state', () => {
  it('is shown in the next task what it kept in this one', async () => {
    const opened = await openProject(keeping(first), { host: 'memory' });
    expect(await runTwice(opened)).toEqual([
      { said: 'one', notes: { step: 1 } },
      { said: 'two', notes: { step: 2 } },
    ]);
  });

  it('finds it again in another process', async () => {
    const { engine, directory } = await openProject(keeping(first), { host: 'local' });
    await engine.runOne('go');
    await engine.close();
    const later = await openDirectory(directory, {}, { host: 'local' });
    expect((await later.engine.runOne('go')).output).toMatchObject({ said: 'two' });
  });

  it('keeps it when an answer leaves it out', async () => {
    const replies = '{ match: "step", reply: { said: again } }, { reply: { said: one, notes: { step: 1 } } }';
    const opened = await openProject(keeping(replies), { host: 'memory' });
    await runTwice(opened);
    expect((await opened.engine.runOne('go')).output).toEqual({ said: 'again' });
  });

  it('counts its versions, and tells which one an answer was based on', async () => {
    const { engine, directory } = await openProject(keeping(first), { host: 'local' });
    await engine.runOne('go', { id: 'one' });
    await engine.runOne('go', { id: 'two' });
    const { readFileSync } = process.getBuiltinModule('node:fs');
    const text = readFileSync(`${directory}/kept.json`, 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      items: [
        {
          id: 'agent_state/tutor',
          kind: 'agent_state',
          content: '{\n  "step": 2\n}',
          metadata: { version: 2, based_on: 1, task: 'two', stage: 'teach' },
        },
      ],
    });
  });
});
