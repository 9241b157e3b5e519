import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { EngineEvent } from '../../../src/index.ts';
import {
  openDirectory,
  openProject,
  untilStopped,
  type TestProject,
  type TestTools,
} from '../../support/engine-fixture.ts';

const item = (id: string, content: string): object => ({
  id,
  kind: 'note',
  source: 'desk',
  timestamp: 1,
  tags: [],
  importance: 0.5,
  token_cost: 10,
  content,
  metadata: {},
});

const memoryOf = (...texts: readonly string[]): string =>
  JSON.stringify({ v: 1, items: texts.map((text, at) => item(`n${at}`, text)) });

const told = { provider: 'scripted', script: 'replies.yaml' };

function projectOf(replies: readonly object[], changes: Partial<TestProject> = {}): TestProject {
  return {
    workflow: { nodes: [{ id: 'answer', type: 'agent', agent: 'clerk', retries: 1 }] },
    engine: { models: { told }, defaults: { model: 'told' } },
    agents: { clerk: { prompt: 'Answer.', context_profile: 'all' } },
    memory: {
      memory: { project_store: { type: 'file_json', path: './kept.json' } },
      context_profiles: { all: { max_tokens: 600, sources: ['project_store'] } },
    },
    ...changes,
    files: {
      'replies.yaml': JSON.stringify({ replies }),
      'kept.json': memoryOf('A drill costs 20 euros.'),
      ...changes.files,
    },
  };
}

const promptsOf = (events: readonly EngineEvent[]): readonly unknown[] =>
  events.flatMap((event) => (event.type === 'llm.requested' ? [event.data.promptHash] : []));

const assembled = (events: readonly EngineEvent[]): number =>
  events.filter(({ type }) => type === 'context.assembled').length;

/** The model looks something up before it answers. */
const looking = projectOf(
  [
    { call: 1, tool_calls: [{ tool: 'look', arguments: {} }] },
    { call: 2, reply: '20 euros' },
  ],
  { agents: { clerk: { prompt: 'Answer.', context_profile: 'all', tools: ['look'] } } },
);

it('shows a stage that is taken up again the very same prompt, though the memory has changed meanwhile', async () => {
  const look: TestTools = { look: () => 'It is in the shed.' };
  const whole = await openProject({ ...looking, tools: look }, { host: 'memory' });
  await whole.engine.runOne('What does it cost?');
  const hanging: TestTools = { look: (_, { signal }) => untilStopped(signal) };
  const first = await openProject({ ...looking, tools: hanging }, { host: 'local' });
  const running = first.engine.runOne('What does it cost?', { id: 'task' }).catch(() => undefined);
  await first.clock.until(() => first.calls.length === 1);
  await first.engine.close();
  await running;
  writeFileSync(path.join(first.directory, 'kept.json'), memoryOf('A drill costs 30 euros.', 'It is lent for a week.'));
  const second = await openDirectory(first.directory, look, { host: 'local', clock: first.clock });
  expect(await second.engine.resumeTask('task')).toMatchObject({ status: 'completed', output: '20 euros' });
  expect([...promptsOf(first.events), ...promptsOf(second.events)]).toEqual(promptsOf(whole.events));
  expect([assembled(first.events), assembled(second.events)]).toEqual([1, 0]);
  const [context, ...others] = second.engine.contexts('task', { full: true });
  expect(others).toEqual([]);
  expect(context?.items.map(({ text }) => text)).toEqual(['A drill costs 20 euros.', 'What does it cost?']);
  // Another task is shown what is in the memory now.
  await second.engine.runOne('What does it cost?', { id: 'other' });
  expect(second.engine.contexts('other', { full: true })[0]?.items.map(({ id }) => id)).toEqual([
    'n0',
    'n1',
    undefined,
  ]);
});

it('collects anew in an attempt that begins anew', async () => {
  const agents = {
    clerk: { prompt: 'Answer.', context_profile: 'all', output_schema: { type: 'object' }, json: { retries: 0 } },
  };
  const replies = [
    { call: 1, reply: 'no object' },
    { call: 2, reply: '{}' },
  ];
  const { engine, clock } = await openProject(projectOf(replies, { agents }), { host: 'local' });
  expect((await clock.outcomeOf(engine.runOne('go', { id: 'task' }))).status).toBe('completed');
  expect(engine.contexts('task').map(({ stage, attempt, model }) => [stage, attempt, model])).toEqual([
    ['answer', 1, 'told'],
    ['answer', 2, 'told'],
  ]);
});

it('gives an account of what was taken, compressed and left out, without texts unless they are asked for', async () => {
  const long = Array.from({ length: 80 }, (_, at) => `Sentence ${at} speaks of the shelf and the door.`).join(' ');
  const files = { 'kept.json': memoryOf('A drill costs 20 euros.', long, 'x'.repeat(8_000)) };
  const { engine, events } = await openProject(projectOf([{ reply: 'ok' }], { files }), { host: 'local' });
  await engine.runOne('go', { id: 'task' });
  const [context] = engine.contexts('task', { stage: 'answer' });
  expect(JSON.stringify(context)).not.toContain('drill');
  expect(context).toMatchObject({
    profile: 'all',
    cost_mode: 'balanced',
    budget: 600,
    items: [
      { source: 'left_out', place: 'middle' },
      { id: 'n0', place: 'middle' },
      { id: 'n1', place: 'middle', compressed: { from: 985 } },
      { source: 'direct', place: 'tail' },
    ],
    left_out: [{ id: 'n2', reason: 'budget', tokens: 2_019 }],
    rest: { items: 0, tokens: 0 },
  });
  const event = events.find(({ type }) => type === 'context.assembled');
  expect(event?.data).toMatchObject({
    profile: 'all',
    model: 'told',
    items: 3,
    compressed: 1,
    leftOut: 1,
    leftOutTokens: 2_019,
    costMode: 'balanced',
    compressionRatio: context?.compression_ratio,
    fingerprint: context?.fingerprint,
  });
  expect(engine.contexts('task', { stage: 'other' })).toEqual([]);
});

it('keeps a prompt within the window of a fallback model by a context of its own', async () => {
  const long = Array.from({ length: 200 }, (_, at) => `Sentence ${at} speaks of the shelf and the door.`).join(' ');
  const models = {
    told: { ...told, context_window: 8_000, max_output_tokens: 100 },
    small: { ...told, context_window: 800, max_output_tokens: 100 },
    large: { ...told, context_window: 9_000, max_output_tokens: 100 },
  };
  const fail = { code: 'provider.auth' };
  const replies = [
    { call: 1, fail },
    { call: 2, fail },
    { call: 3, reply: 'ok' },
  ];
  const agents = { clerk: { prompt: 'Answer.', context_profile: 'all', fallback_models: ['large', 'small'] } };
  const memory = {
    memory: { project_store: { type: 'file_json', path: './kept.json' } },
    context_profiles: { all: { max_tokens: 6_000, sources: ['project_store'] } },
  };
  const changes = {
    engine: { models, defaults: { model: 'told' } },
    agents,
    memory,
    files: { 'kept.json': memoryOf(long) },
  };
  const { engine, events } = await openProject(projectOf(replies, changes), { host: 'local' });
  expect((await engine.runOne('go', { id: 'task' })).status).toBe('completed');
  const asked = events.flatMap((event) => (event.type === 'llm.requested' ? [event.data] : []));
  const [first, large, small] = asked;
  // The one with a window as large is shown the same.
  expect([large?.model, large?.promptHash]).toEqual(['large', first?.promptHash]);
  expect(first?.promptTokens).toBeGreaterThan(1_500);
  expect([small?.model, (small?.promptTokens ?? 0) <= 700]).toEqual(['small', true]);
  expect(engine.contexts('task').map(({ model }) => model)).toEqual(['told', 'small']);
});

it.each([
  ['The prompt has', { told: { ...told, context_window: 256, max_output_tokens: 200 } }, 'x'],
  ['The pinned context has', { told }, 'y '.repeat(3_000)],
])('fails with a sentence that says what is too large: %s', async (problem, models, text) => {
  const memory = JSON.stringify({ v: 1, items: [{ ...item('p', text), tags: ['pinned'] }] });
  const changes = { engine: { models, defaults: { model: 'told' } }, files: { 'kept.json': memory } };
  const { engine, events } = await openProject(projectOf([{ reply: 'ok' }], changes), { host: 'local' });
  const { status, failures } = await engine.runOne('go');
  expect([status, failures[0]?.code]).toEqual(['failed', 'context.too_large']);
  expect(failures[0]?.message).toContain(problem);
  expect(promptsOf(events)).toEqual([]);
});
