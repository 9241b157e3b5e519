import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { revokeConsent } from '../../../src/engine/index.ts';
import { Engine, EngineEvent } from '../../../src/index.ts';
import { askingAgent, oneTool } from '../../support/consent-project.ts';
import { openDirectory, openProject, type OpenEngine, type TestProject } from '../../support/engine-fixture.ts';
import { temporaryDirectory, writeProject } from '../../support/project-fixture.ts';

/*
 * Every type of event, and a run in which it is seen. A type that is new does not compile until it has a run here, and one that
 * nothing tells any more fails.
 */

type Events = readonly EngineEvent[];

const models = { told: { provider: 'scripted' as const, script: 'replies.yaml' } };

/** An agent with these replies, as one line of YAML each. */
function agentProject(replies: readonly string[], parts: Partial<TestProject> = {}): TestProject {
  return {
    engine: { models, defaults: { model: 'told' } },
    agents: { writer: { prompt: 'Write.' } },
    files: { 'replies.yaml': `replies:\n${replies.map((reply) => `  - ${reply}\n`).join('')}` },
    workflow: { nodes: [{ id: 'write', type: 'agent', agent: 'writer' }] },
    ...parts,
  };
}

async function run(
  project: TestProject,
  more: (opened: OpenEngine) => Promise<unknown> = async () => undefined,
): Promise<Events> {
  const opened = await openProject(project, { host: 'local' });
  await opened.clock.outcomeOf(opened.engine.runOne('go', { id: 'task' }));
  await more(opened);
  await opened.engine.close();
  return opened.events;
}

const schema = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } } as const;

const questionThen = (output: number): TestProject => ({
  workflow: {
    nodes: [
      { id: 'ask', type: 'feedback', question: 'Well?' },
      { id: 'after', type: 'transform', output },
    ],
    edges: [{ from: 'ask', to: 'after' }],
  },
});

const runs = {
  'an agent, a retry and a decision': () =>
    run(
      agentProject(['reply: { text: hello }'], {
        agents: { writer: { prompt: 'Write.', context_profile: 'all', output_schema: schema } },
        memory: {
          memory: { task_store: { type: 'in_memory' } },
          context_profiles: { all: { max_tokens: 500, sources: ['task_store'] } },
        },
        workflow: {
          nodes: [
            { id: 'write', type: 'agent', agent: 'writer' },
            { id: 'flaky', type: 'tool', tool: 'flaky', retries: 1 },
            { id: 'judge', type: 'decision' },
            { id: 'one', type: 'transform', output: 1 },
            { id: 'two', type: 'transform', output: 2 },
            { id: 'other', type: 'tool', tool: 'broken' },
          ],
          edges: [
            { from: 'write', to: 'flaky' },
            { from: 'flaky', to: 'judge' },
            { from: 'judge', to: 'one', when: 'output == 3' },
            { from: 'judge', to: 'two', when: 'output == 4' },
            { from: 'judge', to: 'other' },
          ],
        },
        tools: {
          flaky: (_, { attempt }) => {
            if (attempt === 1) throw new Error('Not yet');
            return attempt;
          },
          broken: () => {
            throw new Error('Broken');
          },
        },
      }),
    ),
  'one stage that is done': () =>
    run({ workflow: { nodes: [{ id: 'a', type: 'transform', output: 1 }] } }, async ({ engine }) =>
      engine.forkTask('task', { fromStage: 'a', id: 'fork' }),
    ),
  'a question, a pause and a cancel': async () => {
    const gate = Promise.withResolvers<string>();
    const { engine, clock, calls, events } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'ask', type: 'feedback', question: 'Well?' },
            { id: 'wait', type: 'tool', tool: 'wait' },
            { id: 'more', type: 'tool', tool: 'wait' },
          ],
          edges: [
            { from: 'ask', to: 'wait' },
            { from: 'wait', to: 'more' },
          ],
        },
        tools: { wait: (_, { attempt }) => (attempt === 1 ? gate.promise : new Promise(() => undefined)) },
      },
      { host: 'local' },
    );
    await engine.runOne('go', { id: 'task' });
    const answered = engine.answer('task', 'yes');
    await clock.until(() => calls.length === 1);
    void engine.pauseTask('task');
    gate.resolve('done');
    await answered;
    const resumed = engine.resumeTask('task');
    await clock.until(() => calls.length === 2);
    void engine.cancelTask('task');
    await resumed;
    return events;
  },
  'other manifests': async () => {
    const { engine, directory, clock } = await openProject(questionThen(1), { host: 'local' });
    await engine.runOne('go', { id: 'task' });
    await engine.close();
    writeProject(directory, questionThen(2));
    const again = await openDirectory(directory, {}, { host: 'local', clock });
    await clock.outcomeOf(again.engine.resumeTask('task', { latest: true }));
    return again.events;
  },
  'files that are put back, and tasks that are removed': async () => {
    const directory = temporaryDirectory();
    writeProject(directory, {
      engine: { permissions: { filesystem: { read: ['.'], write: ['.'] } } },
      workflow: { nodes: [{ id: 'write', type: 'tool', tool: 'write', arguments: { path: 'a.md', text: 'hello' } }] },
      tools: { write: { type: 'filesystem.write_file', root: '.' } },
    });
    return inDirectory(directory, async (engine) => {
      await engine.undoTask('task');
      await engine.prune({ status: ['completed'] });
    });
  },
  'an answer that is mended, one that is refused, and one for good': () =>
    run(
      agentProject([`{ call: 1, stage: write, reply: '{"text": "a",}' }`, `reply: { no: 1 }`], {
        agents: { writer: { prompt: 'Write.', output_schema: schema, json: { retries: 1 } } },
        workflow: {
          nodes: [
            { id: 'write', type: 'agent', agent: 'writer' },
            { id: 'more', type: 'agent', agent: 'writer' },
          ],
          edges: [{ from: 'write', to: 'more' }],
        },
      }),
    ),
  'a model that fails': () => run(agentProject(['fail: { code: provider.auth, message: No. }'])),
  'a budget that is spent': () =>
    run(
      agentProject(['{ reply: hello, tokens: { prompt: 200, completion: 800 } }'], {
        engine: {
          models: { told: { ...models.told, max_output_tokens: 800 } },
          defaults: { model: 'told', max_tokens_total: 1_100 },
        },
        workflow: {
          nodes: [
            { id: 'write', type: 'agent', agent: 'writer' },
            { id: 'more', type: 'agent', agent: 'writer' },
          ],
          edges: [{ from: 'write', to: 'more' }],
        },
      }),
    ),
  'an agent that may not': () =>
    run(
      agentProject(['{ call: 1, tool_calls: [{ tool: other }] }', '{ call: 2, reply: Done. }'], {
        agents: { writer: { prompt: 'Write.', tools: ['look'] } },
        tools: { look: () => 1, other: () => 2 },
        toolSpecs: { look: { description: 'Looks.' }, other: { description: 'Is not for it.' } },
      }),
    ),
  'a person who allows': () =>
    run(oneTool(), async ({ engine, clock }) => {
      await clock.outcomeOf(engine.answer('task', { action: 'allow' }));
    }),
  'a person who does not': () =>
    run(
      askingAgent([
        { call: 1, tool_calls: [{ tool: 'ship' }] },
        { call: 2, reply: 'Well.' },
      ]),
      async ({ engine, clock }) => {
        await clock.outcomeOf(engine.answer('task', { action: 'deny' }));
      },
    ),
  'an answer that is taken back': async () => {
    const project = {
      ...oneTool(),
      plugins: [{ name: 'log', type: 'telemetry.logger' as const, config: { path: 'log.jsonl' } }],
    };
    let place = '';
    await run(project, async ({ engine, clock, directory }) => {
      place = directory;
      await clock.outcomeOf(engine.answer('task', { action: 'allow', remember: 'project' }));
    });
    const lines = readFileSync(path.join(place, '.agent-engine/consents.jsonl'), 'utf8').trim().split('\n');
    const remembered: unknown = JSON.parse(lines[0] ?? '');
    const id = typeof remembered === 'object' && remembered !== null && 'id' in remembered ? String(remembered.id) : '';
    await revokeConsent(place, id);
    return readFileSync(path.join(place, 'log.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => EngineEvent.parse(JSON.parse(line)));
  },
  'memory that is damaged or cannot be written, and a model of vectors that is not there': async () => {
    const directory = temporaryDirectory();
    writeFileSync(path.join(directory, 'broken.json'), 'no JSON');
    writeProject(directory, {
      engine: { permissions: { filesystem: { read: ['.'], write: ['.'] } } },
      workflow: {
        nodes: [
          { id: 'write', type: 'tool', tool: 'write', arguments: { path: 'full', text: 'hello' } },
          { id: 'told', type: 'tool', tool: 'recall', arguments: { query: 'hello' } },
        ],
        edges: [{ from: 'write', to: 'told' }],
      },
      tools: {
        write: { type: 'filesystem.write_file', root: '.' },
        recall: { type: 'memory.recall', store: 'global_store' },
      },
      memory: {
        memory: {
          task_store: { type: 'in_memory' },
          project_store: { type: 'file_json', path: 'full/memory.json' },
          global_store: { type: 'file_json', path: 'broken.json' },
          embedding: { provider: 'ollama', model: 'm', base_url: 'http://127.0.0.1:9', timeout: '1s' },
        },
      },
    });
    return inDirectory(directory, async () => undefined);
  },
  'preferences that contradict each other': async () => {
    const { engine, clock, events } = await openProject(questionThen(1), { host: 'local' });
    await engine.createTask({ id: 'task', input: 'go', overrides: ['mode=dry_run', 'mode=analysis_only'] });
    await clock.outcomeOf(engine.cancelTask('task'));
    await engine.close();
    return events;
  },
  'plugins that change, veto and throw': async () => {
    const { engine, clock, events } = await openProject(
      { workflow: { nodes: [{ id: 'a', type: 'tool', tool: 'look' }] }, tools: { look: () => 1 } },
      { host: 'local' },
    );
    await engine.use({
      name: 'guard',
      version: '1.0.0',
      hooks: {
        before_task: async () => ({ replaceInput: 'stop' }),
        before_stage: async () => {
          throw new Error('Oh no');
        },
        before_tool: async () => ({ veto: 'Not today.' }),
      },
    });
    await clock.outcomeOf(engine.runOne('go', { id: 'task' }));
    await engine.close();
    return events;
  },
  'a sink that throws': () =>
    run({ workflow: { nodes: [{ id: 'a', type: 'feedback', question: 'Well?' }] } }, async ({ engine, clock }) => {
      engine.addSink({
        name: 'torn',
        write: () => {
          throw new Error('It is torn.');
        },
      });
      await clock.outcomeOf(engine.answer('task', 'yes'));
    }),
} as const satisfies Record<string, () => Promise<Events>>;

async function inDirectory(directory: string, more: (engine: Engine) => Promise<unknown>): Promise<Events> {
  const engine = await Engine.fromConfigDir(directory, { environment: {} });
  onTestFinished(() => engine.close());
  const events: EngineEvent[] = [];
  engine.events$.subscribe((event) => events.push(event));
  await engine.runOne('go', { id: 'task' });
  await more(engine);
  await engine.close();
  return events;
}

const busy = 'an agent, a retry and a decision';
const asking = 'a question, a pause and a cancel';
const answers = 'an answer that is mended, one that is refused, and one for good';
const files = 'files that are put back, and tasks that are removed';
const contradictions = 'preferences that contradict each other';
const guarded = 'plugins that change, veto and throw';
const memory = 'memory that is damaged or cannot be written, and a model of vectors that is not there';

const seenIn: { readonly [Type in EngineEvent['type']]: keyof typeof runs } = {
  'task.created': busy,
  'task.migrated': 'other manifests',
  'override.applied': contradictions,
  'override.refused': contradictions,
  'task.forked': 'one stage that is done',
  'task.started': busy,
  'task.completed': 'one stage that is done',
  'task.failed': busy,
  'task.cancelled': asking,
  'task.undone': files,
  'task.pruned': files,
  'task.paused': asking,
  'task.resumed': asking,
  'routing.decided': busy,
  'checkpoint.written': busy,
  'stage.started': busy,
  'feedback.requested': asking,
  'feedback.received': asking,
  'stage.retrying': busy,
  'stage.finished': busy,
  'stage.failed': busy,
  'stage.skipped': busy,
  'stage.cancelled': asking,
  'edge.taken': busy,
  'agent.called': busy,
  'agent.answered': busy,
  'llm.requested': busy,
  'llm.chunk': busy,
  'llm.responded': busy,
  'llm.failed': 'a model that fails',
  'budget.warned': 'a budget that is spent',
  'budget.exceeded': 'a budget that is spent',
  'json.validated': busy,
  'json.repaired': answers,
  'json.reasked': answers,
  'json.failed': answers,
  'tool.called': busy,
  'tool.finished': busy,
  'tool.failed': busy,
  'tool.denied': 'a person who does not',
  'security.checked': files,
  'security.denied': 'an agent that may not',
  'security.consent_requested': 'a person who allows',
  'security.consent_granted': 'a person who allows',
  'security.consent_refused': 'a person who does not',
  'security.consent_revoked': 'an answer that is taken back',
  'memory.read': busy,
  'memory.written': busy,
  'memory.failed': memory,
  'memory.quarantined': memory,
  'memory.embedding_failed': memory,
  'context.assembled': busy,
  'sink.failed': 'a sink that throws',
  'hook.changed': guarded,
  'hook.vetoed': guarded,
  'plugin.failed': guarded,
};

describe.each(Object.keys(runs).filter((name): name is keyof typeof runs => Object.hasOwn(runs, name)))(
  '%s',
  (name) => {
    it('has the events that are looked for in it, and all of them fit their schemas', async () => {
      const events = await runs[name]();
      const wanted = Object.entries(seenIn).flatMap(([type, place]) => (place === name ? [type] : []));
      const types = new Set<string>(events.map(({ type }) => type));
      expect(wanted.filter((type) => !types.has(type))).toEqual([]);
      expect(events.flatMap((event) => EngineEvent.safeParse(event).error?.issues ?? [])).toEqual([]);
    });
  },
);
