import { expect, it } from 'vitest';
import { openDirectory, openProject, type OpenEngine } from '../../support/engine-fixture.ts';

const tools = { look: (given: unknown) => given };

/** A tool, a plan and an agent that use it, a question, and an agent that is shown the memory of the task. */
async function opened(type: string): Promise<OpenEngine> {
  const plan = [{ id: 's1', tool: 'look', arguments: { at: 'plan' } }];
  return openProject(
    {
      workflow: {
        nodes: [
          { id: 'look', type: 'tool', tool: 'look', arguments: { at: 'node' } },
          { id: 'act', type: 'agent', agent: 'actor' },
          { id: 'think', type: 'agent', agent: 'thinker' },
          { id: 'run', type: 'tool', plan: 'think' },
          { id: 'ask', type: 'feedback' },
          { id: 'say', type: 'agent', agent: 'sayer' },
        ],
        edges: [
          { from: 'look', to: 'act' },
          { from: 'act', to: 'think' },
          { from: 'think', to: 'run' },
          { from: 'run', to: 'ask' },
          { from: 'ask', to: 'say' },
        ],
      },
      engine: {
        models: { told: { provider: 'scripted', script: 'replies.yaml' } },
        defaults: { model: 'told' },
      },
      agents: {
        actor: { prompt: 'Act.', tools: ['look'], max_steps: 3 },
        thinker: { prompt: 'Think.', tools: ['look'] },
        sayer: { prompt: 'Say.', context_profile: 'all' },
      },
      memory: {
        memory: { task_store: { type } },
        context_profiles: { all: { max_tokens: 4_000, sources: ['task_store'] } },
      },
      tools,
      files: {
        'replies.yaml': JSON.stringify({
          replies: [
            { agent: 'actor', call: 1, tool_calls: [{ tool: 'look', arguments: { at: 'first' } }] },
            { agent: 'actor', call: 2, tool_calls: [{ tool: 'look', arguments: { at: 'second' } }] },
            { agent: 'thinker', reply: JSON.stringify({ steps: plan }) },
            { reply: 'Done.' },
          ],
        }),
      },
    },
    { host: 'local' },
  );
}

/** What the last agent was shown of what tools gave: what each call was asked for is what it gave. */
const shownIn = ({ engine }: OpenEngine): readonly string[] =>
  engine
    .contexts('task', { full: true })
    .flatMap(({ items }) => items.filter(({ source }) => source === 'task_store/look'))
    .flatMap(({ text = '' }) => /"at": "(?<at>\w+)"/u.exec(text)?.groups?.['at'] ?? [])
    .toSorted();

const calls = ['first', 'node', 'plan', 'second'];

it.each(['in_memory', 'file_json', 'sqlite'])(
  'shows each thing that tools gave once after a question, with a task store of type %s',
  async (type) => {
    const project = await opened(type);
    await project.engine.runOne('go', { id: 'task' });
    await project.engine.answer('task', 'yes');
    expect(shownIn(project)).toEqual(calls);
  },
);

it.each(['in_memory', 'file_json', 'sqlite'])(
  'shows each of them once in another process, with a task store of type %s',
  async (type) => {
    const first = await opened(type);
    await first.engine.runOne('go', { id: 'task' });
    await first.engine.close();
    const second = await openDirectory(first.directory, tools, { host: 'local' });
    await second.engine.answer('task', 'yes');
    expect(shownIn(second)).toEqual(calls);
  },
);
