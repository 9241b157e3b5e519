import { expect, it } from 'vitest';
import { stageCalls } from '../../../src/engine/stage-calls.ts';
import { openProject, type TestProject } from '../../support/engine-fixture.ts';

const replies = [
  { call: 1, fail: { code: 'provider.auth' } },
  { call: 2, reply: 'I look it up.', tool_calls: [{ tool: 'look_up', arguments: { word: 'sun' } }, { tool: 'break' }] },
  { call: 3, reply: 'It is a star.', tokens: { prompt: 7, completion: 4 } },
];
const project: TestProject = {
  workflow: {
    nodes: [
      { id: 'work', type: 'agent', agent: 'worker' },
      { id: 'again', type: 'tool', tool: 'look_up', arguments: {} },
    ],
    edges: [{ from: 'work', to: 'again' }],
  },
  engine: {
    models: {
      told: { provider: 'scripted', script: 'replies.yaml' },
      other: { provider: 'scripted', script: 'replies.yaml' },
    },
    defaults: { model: 'told' },
  },
  agents: { worker: { prompt: 'Work.', tools: ['look_up', 'break'], fallback_models: ['other'] } },
  files: { 'replies.yaml': JSON.stringify({ replies }) },
  tools: {
    look_up: () => ({ found: 'a star' }),
    break: () => {
      throw new Error('It broke.');
    },
  },
};

it('tells the calls of a task afterwards: who answered, whether it went well, and what it took', async () => {
  const { engine } = await openProject(project, { host: 'local' });
  const { taskId } = await engine.runOne('go');
  const calls = engine.calls(taskId);
  expect(calls).toMatchObject([
    { kind: 'model', model: 'told', call: 1, ok: false, failure: { code: 'provider.auth' } },
    { kind: 'model', model: 'other', call: 2, ok: true, tools: ['look_up', 'break'], finish_reason: 'tool_calls' },
    { kind: 'tool', tool: 'look_up', step: '1/s1', ok: true },
    { kind: 'tool', tool: 'break', step: '1/s2', ok: false, failure: { code: 'tool.failed' } },
    { kind: 'model', model: 'other', call: 3, ok: true, usage: { prompt_tokens: 7, completion_tokens: 4 } },
  ]);
  expect(new Set(calls.map(({ stage, attempt }) => `${stage} ${attempt}`))).toEqual(new Set(['work 1']));
  expect(JSON.stringify(calls)).not.toContain('star');
  expect(engine.calls(taskId, { stage: 'again' })).toEqual([]);
  expect(engine.calls(taskId, { stage: 'work' })).toEqual(calls);
});

it('tells what was said and given where that is asked for', async () => {
  const { engine } = await openProject(project, { host: 'local' });
  const { taskId } = await engine.runOne('go');
  expect(engine.calls(taskId, { full: true })).toMatchObject([
    {},
    { text: 'I look it up.', tool_calls: [{ tool: 'look_up', arguments: { word: 'sun' } }, { tool: 'break' }] },
    { output: { found: 'a star' } },
    {},
    { text: 'It is a star.', tool_calls: [] },
  ]);
});

it('refuses to tell of a task that there is not', async () => {
  const { engine } = await openProject(project, { host: 'local' });
  expect(() => engine.calls('nobody')).toThrow(expect.objectContaining({ code: 'TASK_NOT_FOUND' }));
});

it('reads calls that were kept without the name of their tool, and passes over what is no call', () => {
  const stored = { task: 'task', scope: 'work@0123', at: 5 };
  const entry = { attempt: 2, value: { ok: true, output: 1 } };
  expect(
    stageCalls([
      { ...stored, key: '0/tool/1/s1', text: JSON.stringify(entry) },
      { ...stored, key: '0/model/1', text: JSON.stringify(entry) },
      { ...stored, key: 'end/2', text: '{"attempt":2,"goesOn":false}' },
    ]),
  ).toEqual([{ stage: 'work', attempt: 2, at: 5, kind: 'tool', step: '1/s1', ok: true }]);
});

it('tells what an answer came to that was left for that of another model', () => {
  const usage = { prompt_tokens: 7, completion_tokens: 4, cached_tokens: 0 };
  const failure = { code: 'provider.content_filter', message: 'It was stopped.' };
  const text = JSON.stringify({ attempt: 1, value: { model: 'told', failure, usage } });
  expect(stageCalls([{ task: 'task', scope: 'work@0123', key: '0/model/1', at: 5, text }])).toEqual([
    { stage: 'work', attempt: 1, at: 5, kind: 'model', model: 'told', call: 1, ok: false, failure, usage },
  ]);
});

it('tells calls that were refused before they ran, and why', async () => {
  const look = { tool: 'look_up', arguments: { word: 'sun' } };
  const asking = [
    { call: 1, tool_calls: [look, { tool: 'delete_all' }] },
    { call: 2, tool_calls: [look] },
    {
      call: 3,
      tool_calls: [
        { tool: 'strict', arguments: 'no object' },
        { tool: 'break', arguments: '{' },
      ],
    },
    { call: 4, reply: 'Done.' },
  ];
  const { engine, calls } = await openProject(
    {
      ...project,
      agents: { worker: { prompt: 'Work.', tools: ['look_up', 'break', 'strict'], max_steps: 5 } },
      files: { 'replies.yaml': JSON.stringify({ replies: asking }) },
      tools: { ...project.tools, strict: () => null },
      toolSpecs: { look_up: { capabilities: ['deterministic_safe'] }, strict: { input_schema: { type: 'object' } } },
    },
    { host: 'local' },
  );
  const { taskId } = await engine.runOne('go');
  const shown = engine
    .calls(taskId, { stage: 'work' })
    .flatMap((call) => (call.kind === 'tool' ? [[call.tool, call.step, call.ok, call.failure?.message]] : []));
  expect(shown.toSorted(([, one], [, other]) => String(one).localeCompare(String(other)))).toEqual([
    ['look_up', '1/s1', true, undefined],
    ['delete_all', '1/s2', false, 'You have no tool "delete_all", so nothing was run.'],
    ['look_up', '2/s1', false, 'You made the same call before and nothing has changed since, so it was not run again.'],
    ['strict', '3/s1', false, expect.stringContaining('The arguments for tool "strict"')],
    ['break', '3/s2', false, expect.stringContaining('The arguments for tool "break"')],
  ]);
  expect(calls).toEqual(['look_up', 'look_up']); // the second is a node of its own
});
