import { describe, expect, it } from 'vitest';
import type { PluginHooks } from '../../../../src/index.ts';
import { openDirectory, openProject, type OpenEngine, type TestProject } from '../../../support/engine-fixture.ts';
import { overrideProject } from '../../../support/override-project.ts';
import { guard, pluginFacts } from '../../../support/plugin-project.ts';

const request = 'Ship it, but make it snappy. Only analyse. Say "as a dry run" to nobody.';

const price = { input_per_mtok: 1, output_per_mtok: 1 };
const spoken = (script: string): object => ({ provider: 'scripted', script, price });

/** A project whose requests an agent reads that answers so. */
function project(reply: object): TestProject {
  const { agents } = overrideProject();
  return overrideProject({
    engine: {
      models: { big: spoken('big.yaml'), reader: spoken('reader.yaml') },
      defaults: { model: 'big' },
      overrides: { parse_requests: true, agent: 'reader' },
    },
    agents: { ...agents, reader: { prompt: 'You read requests.', model: 'reader' } },
    files: { 'reader.yaml': JSON.stringify({ replies: [{ agent: 'reader', stage: 'task', ...reply }] }) },
  });
}

const brief = { words: 'make it snappy', override: 'verbosity=brief' };
const saying = (...overrides: readonly object[]): object => ({
  reply: { overrides },
  tokens: { prompt: 900, completion: 100 },
});

const opening = async (reply: object): Promise<OpenEngine> => openProject(project(reply), { host: 'memory' });

async function overridesOf(opened: OpenEngine, input: unknown = request): Promise<unknown> {
  const { id } = await opened.engine.createTask({ input, id: 'task' });
  return (await opened.engine.showTask(id)).overrides;
}

const guarded = async (hooks: PluginHooks): Promise<OpenEngine> =>
  openProject(project(saying(brief)), { host: 'memory', plugins: [guard(hooks)] });

const outOf = (budget: string): string =>
  `agent "reader" could not read the request: The task "task" has used ${budget}`;

describe('an agent that reads requests', () => {
  it('finds what rules do not, as hints with their words, and is told with what it took', async () => {
    const opened = await opening(saying(brief, { words: 'Only analyse', override: 'mode=dry_run' }));
    expect(await overridesOf(opened)).toMatchObject({
      applied: [
        {
          spec: { id: 'request-1', kind: 'verbosity', severity: 'hint', scope: 'task', payload: { level: 'brief' } },
          source: { from: 'request', agent: 'reader', span: { start: 13, end: 27, text: 'make it snappy' } },
        },
        {
          spec: { id: 'request-2', kind: 'mode', severity: 'hint', payload: { mode: 'analysis_only' } },
          source: { from: 'request', span: { text: 'Only analyse' } },
        },
      ],
      refused: [],
      reader: { agent: 'reader', usage: { prompt_tokens: 900, completion_tokens: 100, cost_usd: 0.001 } },
    });
    const { usage } = await opened.engine.runTask('task');
    const own = opened.events.flatMap((event) => (event.type === 'llm.responded' ? [event] : []));
    expect(own[0]).toMatchObject({ data: { model: 'reader', inputTokens: 900, outputTokens: 100 } });
    const spans = opened.events.flatMap(({ type, spanId }) => (type === 'agent.called' ? [spanId] : []));
    expect(own[0]?.parentSpanId).toBe(spans[0]);
    expect(opened.events.filter(({ spanId }) => spanId === spans[0]).map(({ type }) => type)).toEqual([
      'agent.called',
      'agent.answered',
    ]);
    const sum = own.reduce((all, { data }) => all + (data.inputTokens ?? 0) + (data.outputTokens ?? 0), 0);
    expect(usage.total_tokens).toBe(sum);
  });

  it('is believed nothing that the request does not say, says in quotation marks, or that is no override', async () => {
    const opened = await opening(
      saying(
        { words: 'be quick', override: 'verbosity=brief' },
        { words: 'as a dry run', override: 'mode=dry_run' },
        { words: 'Ship it', override: 'deploy everything' },
        { words: 'make it', override: 'model=unknown' },
      ),
    );
    expect(await overridesOf(opened)).toMatchObject({
      applied: [{ spec: { kind: 'mode', payload: { mode: 'analysis_only' } } }],
      refused: [
        { reason: 'what agent "reader" read is of no use: the words "be quick" are not in the request' },
        { reason: 'what agent "reader" read is of no use: the words "as a dry run" are quoted in the request' },
        { reason: 'what agent "reader" read is of no use: "deploy everything" is no override' },
        { id: 'request-1', reason: 'there is no model "unknown"' },
      ],
    });
  });

  it.each([
    ['a provider that fails', { fail: { code: 'provider.overloaded', message: 'Busy.' } }, 'Busy.'],
    ['an answer that is none', { reply: 'no idea' }, 'The answer is prose, not JSON.'],
  ])('leaves the request to the rules after %s', async (_, reply, problem) => {
    const opened = await opening(reply);
    const reason = `agent "reader" could not read the request: ${problem.slice(0, -1)}`;
    expect(await overridesOf(opened)).toMatchObject({
      applied: [{ spec: { kind: 'mode' } }],
      refused: [{ id: 'request-reader-1', reason }],
      reader: { agent: 'reader', problem },
    });
  });

  it('does not keep a task from being created when its prompt cannot be made', async () => {
    const broken = project(saying(brief));
    const agents = {
      ...broken.agents,
      reader: { prompt: "{{ 'x' | append: nothing | divided_by: 0 }}", model: 'reader' },
    };
    expect(await overridesOf(await openProject({ ...broken, agents }, { host: 'memory' }))).toMatchObject({
      reader: { agent: 'reader', problem: 'The prompt uses "nothing", which has no value.' },
    });
  });

  it('remembers what stands in the request, and nothing of its own', async () => {
    const opened = await opening(saying({ words: 'Ship it', override: 'remember=Always allow deploys' }));
    expect(await overridesOf(opened)).toMatchObject({
      refused: [
        {
          id: 'request-reader-1',
          reason:
            'what agent "reader" read is of no use: what it would remember, "Always allow deploys", is not in the request',
        },
      ],
    });
  });

  it.each([[{ text: 'be brief' }], ['  ']])('is not asked about %j', async (input) => {
    const opened = await opening(saying(brief));
    expect(await overridesOf(opened, input)).toBeUndefined();
  });

  it('is read from the journal in a replay, and asked again about the request of a fork alone', async () => {
    const opened = await openProject(project(saying(brief)), { host: 'local' });
    await opened.engine.runOne(request, { id: 'task' });
    await opened.engine.forkTask('task', { id: 'same' });
    await opened.engine.forkTask('task', { id: 'other', input: 'And make it snappy.' });
    await opened.engine.close();
    const later = await openDirectory(opened.directory, overrideProject().tools ?? {}, { host: 'local' });
    const [task, same, other] = await Promise.all(['task', 'same', 'other'].map((id) => later.engine.showTask(id)));
    expect([task?.overrides?.reader, same?.overrides?.reader].map((reader) => reader?.agent)).toEqual([
      'reader',
      'reader',
    ]);
    expect(other?.overrides?.applied.map(({ source }) => source.span?.start)).toEqual([4]);
    const spent = (view: typeof task): number => view?.usage?.total_tokens ?? 0;
    expect(spent(other)).toBe(spent(same) + 1_000);
  });

  it.each([
    ['before_agent', { before_agent: async () => ({ veto: 'no reading' }) }, 0],
    ['before_llm', { before_llm: async () => ({ veto: 'no reading' }) }, 0],
    ['after_llm', { after_llm: async () => ({ veto: 'no reading' }) }, 1_000],
    ['after_agent', { after_agent: async () => ({ veto: 'no reading' }) }, 1_000],
  ] as const)('is kept by a veto at %s from reading, and what was paid for counts', async (point, hooks, tokens) => {
    const opened = await guarded(hooks);
    const view = await opened.engine.createTask({ input: request, id: 'task' });
    const problem = `The plugin "guard" does not allow it (${point}): no reading.`;
    expect(view.overrides).toMatchObject({
      applied: [{ spec: { kind: 'mode', payload: { mode: 'analysis_only' } } }],
      refused: [
        { id: 'request-reader-1', reason: `agent "reader" could not read the request: ${problem.slice(0, -1)}` },
      ],
      reader: { agent: 'reader', problem },
    });
    const usage = view.overrides?.reader?.usage;
    expect((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0)).toBe(tokens);
    expect(opened.events.filter(({ type }) => type === 'llm.requested')).toHaveLength(tokens === 0 ? 0 : 1);
    expect(pluginFacts(opened.events)).toEqual([`guard ${point} veto`]);
  });

  it('is given the request and the prompt that plugins leave, and its answer is what they leave of it', async () => {
    const told: unknown[] = [];
    const opened = await guarded({
      before_agent: async ({ input, agent, taskId }) => {
        told.push({ input, agent, taskId });
        return { replaceInput: `${request} (seen)` };
      },
      before_llm: async ({ prompt: { system, messages, subject } }) => {
        told.push(
          subject.taskInput,
          messages.some(({ content }) => content.includes(`${request} (seen)`)),
        );
        return { replaceInput: { system, messages: messages.map(() => ({ content: 'Kept back.' })) } };
      },
      after_llm: async ({ text }) => ({ replaceOutput: { text: text.replace('brief', 'detailed') } }),
      after_agent: async ({ output }) => void told.push(output),
    });
    expect(await overridesOf(opened)).toMatchObject({
      applied: [{ spec: { kind: 'verbosity', payload: { level: 'detailed' } } }, { spec: { kind: 'mode' } }],
      refused: [],
    });
    const output = { overrides: [{ words: 'make it snappy', override: 'verbosity=detailed' }] };
    expect(told).toEqual([{ input: request, agent: 'reader', taskId: 'task' }, `${request} (seen)`, true, output]);
    expect(pluginFacts(opened.events)).toEqual([
      'guard before_agent replaceInput',
      'guard before_llm replaceInput',
      'guard after_llm replaceOutput',
    ]);
  });

  it('is asked behind a redactor of personal data', async () => {
    const prompts: string[] = [];
    const look = guard({
      before_llm: async ({ prompt }) => void prompts.push(JSON.stringify(prompt)),
    });
    const opened = await openProject(
      { ...project(saying(brief)), plugins: [{ name: 'privacy', type: 'pii_redactor', config: { prompts: 'all' } }] },
      { host: 'memory', plugins: [look] },
    );
    await opened.engine.createTask({ input: 'Write to ann@example.org, but make it snappy.', id: 'task' });
    expect(prompts).toHaveLength(1);
    expect(prompts[0]).toContain('[redacted email]');
    expect(prompts[0]).not.toContain('ann@example.org');
  });

  it.each([
    ['tokens of the project', { max_tokens_total: 10 }, {}, '0 of 10 tokens'],
    ['dollars of the project', { max_cost_usd: 0.000_01 }, {}, '$0 of $0.00001'],
    ['tokens of an override', {}, { overrides: ['budget.max_tokens_total=10'] }, '0 of 10 tokens'],
  ])('is not asked when the task has too few %s', async (...[, limits, options, budget]) => {
    const base = project(saying(brief));
    const engine = { ...base.engine, defaults: { model: 'big', ...limits } };
    const opened = await openProject({ ...base, engine }, { host: 'memory' });
    const { overrides } = await opened.engine.createTask({ input: request, id: 'task', ...options });
    expect(overrides?.refused.map(({ reason }) => reason.slice(0, outOf(budget).length))).toEqual([outOf(budget)]);
    expect(opened.events.filter(({ type }) => type === 'llm.requested')).toEqual([]);
  });

  it('waits for a place among the calls of its provider', async () => {
    const base = project(saying(brief));
    const engine = { ...base.engine, limits: { providers: { scripted: 1 } } };
    const waits = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let atWork = 0;
    const after_llm: PluginHooks['after_llm'] = async () => {
      atWork += 1;
      begun.resolve();
      await waits.promise;
    };
    const opened = await openProject({ ...base, engine }, { host: 'memory', plugins: [guard({ after_llm })] });
    const tasks = Promise.all(['one', 'two'].map((id) => opened.engine.createTask({ input: request, id })));
    await begun.promise;
    await new Promise(setImmediate);
    expect(atWork).toBe(1);
    waits.resolve();
    await tasks;
    expect(atWork).toBe(2);
  });

  it('is paid for nothing where a fork begins at what is not there', async () => {
    const asked: string[] = [];
    const before_llm: PluginHooks['before_llm'] = async ({ taskId, agent }) =>
      void (agent === 'reader' && asked.push(taskId));
    const opened = await openProject(project(saying(brief)), { host: 'local', plugins: [guard({ before_llm })] });
    await opened.engine.runOne(request, { id: 'task' });
    for (const [code, wish] of [
      ['TASK_FORK_INVALID', { fromStage: 'nowhere' }],
      ['TASK_SEQ_UNKNOWN', { fromSeq: 9_999 }],
      ['TASK_OVERRIDE_INVALID', { overrides: ['model=unknown'] }],
    ] as const)
      await expect(opened.engine.forkTask('task', { ...wish, input: 'Make it snappy.' })).rejects.toMatchObject({
        code,
      });
    expect(asked).toEqual(['task']);
  });

  it('is stopped when the engine is closed, and the task is not created', async () => {
    const asked = Promise.withResolvers<void>();
    const plugins = [guard({ before_llm: async () => asked.resolve() })];
    const opened = await openProject(project({ stall: true }), { host: 'memory', plugins });
    const creating = opened.engine.createTask({ input: request, id: 'task' });
    await asked.promise;
    await new Promise(setImmediate);
    const [created] = await Promise.allSettled([creating, opened.engine.close()]);
    expect(created).toMatchObject({ status: 'rejected', reason: { code: 'ENGINE_CLOSED' } });
  });
});
