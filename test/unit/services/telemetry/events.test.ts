import { expect, it } from 'vitest';
import { failureKinds, type Failure, type FailureSignature } from '../../../../src/errors/index.ts';
import { someIds } from '../../../support/event-ids.ts';
import { EngineEvent, type EventData, type EventOf, type EventType } from '../../../../src/services/telemetry/index.ts';

const failure: Failure = { code: 'tool.failed', message: 'The tool failed.', hint: 'Repair it.', details: { exit: 1 } };
const stage = {
  stage: 'review',
  node: 'review',
  node_type: 'tool',
  pipeline: 'full',
  attempt: 1,
  retryable: true,
} as const;
const signature: FailureSignature = { ...failure, ...stage, category: 'tool', retry_after_ms: 10 };
const model = { provider: 'scripted', model: 'small', call: 1 };
const budget = { scope: 'task', id: 'task', spentTokens: 90, spentUsd: 0.9, maxUsd: 1 } as const;
const decision = {
  tool: 'write_file',
  capabilities: ['workspace_mutation'],
  argumentsHash: 'hash',
  level: 'engine',
  rule: 'permissions.filesystem.write',
};
const consent = {
  tool: 'deploy',
  step: 'ship',
  agent: 'reviewer',
  question: 'id',
  rule: 'tools.deploy.consent: always',
  risk: 'high',
  capabilities: ['shell'],
  argumentsHash: 'hash',
} as const;
const usage = { inputTokens: 10, outputTokens: 5, cachedTokens: 0, costUsd: 0.01 };

/** The data of every type: a type that is new does not compile until it is here. */
const samples: { readonly [Type in EventType]: EventData<Type> } = {
  'task.created': {
    definition: 'hash',
    mode: 'implement',
    forkedFrom: { task: 'other', seq: 3 },
  },
  'task.migrated': { definition: 'hash', before: 'other hash', kept: 2, lost: 1 },
  'task.forked': { task: 'other', seq: 3 },
  'task.started': {},
  'task.completed': { status: 'partial', durationMs: 12.5 },
  'task.failed': { durationMs: 1, failure: signature },
  'task.cancelled': { durationMs: 1 },
  'task.undone': { files: 2, conflicts: 1, forced: true },
  'task.pruned': { tasks: ['one', 'two'], below: 3, by: 'retention' },
  'task.paused': {},
  'task.resumed': {},
  'feedback.requested': { actions: ['approve', 'reject'] },
  'feedback.received': { action: 'approve' },
  'stage.started': { attempt: 1, nodeType: 'agent' },
  'stage.retrying': { attempt: 1, delayMs: 500, failure: signature },
  'stage.finished': { attempt: 2, durationMs: 3, choice: 'approved' },
  'stage.failed': { attempt: 2, durationMs: 3, failure: signature },
  'stage.skipped': {},
  'stage.cancelled': {},
  'edge.taken': { from: 'gather', to: 'review', edgeType: 'conditional', condition: 'approved' },
  'agent.called': { agent: 'reviewer', model: 'small' },
  'agent.answered': { agent: 'reviewer', model: 'small', calls: 1, durationMs: 3, ...usage },
  'llm.requested': {
    ...model,
    templateVersion: 'version',
    promptHash: 'hash',
    promptTokens: 10,
    system: 'You review.',
    messages: [{ role: 'user', content: 'This.' }],
  },
  'llm.chunk': { ...model, characters: 10, text: 'as it came' },
  'llm.responded': { ...model, durationMs: 3, finishReason: 'stop', ...usage, text: 'Fine.', toolCalls: [] },
  'llm.failed': { ...model, durationMs: 3, failure: { code: 'provider.network', message: 'No answer came.' } },
  'budget.warned': { ...budget },
  'budget.exceeded': { ...budget, maxTokens: 100, action: 'degrade' },
  'json.validated': { schema: 'Review', call: 1, repairs: 0 },
  'json.repaired': { schema: 'Review', call: 1, category: 'syntax', tier: 1, lossless: true, kinds: ['surroundings'] },
  'json.reasked': {
    schema: 'Review',
    call: 1,
    category: 'minor',
    strategy: 'reask',
    failure: { code: 'json.schema_minor', message: 'A part of it does not fit.' },
  },
  'json.failed': { failure: { code: 'json.syntax', message: 'The answer is no JSON.' } },
  'tool.called': {
    tool: 'read_file',
    arguments: { path: 'a' },
  },
  'tool.finished': { tool: 'read_file', durationMs: 1, output: ['a'] },
  'tool.failed': { tool: 'read_file', durationMs: 1, failure },
  'tool.denied': { tool: 'read_file', reason: 'It lies outside of the root.' },
  'security.checked': { ...decision, agent: 'writer', step: 's1' },
  'security.denied': { ...decision, level: 'always', rule: 'always: .git' },
  'security.consent_requested': consent,
  'security.consent_granted': { ...consent, by: 'person', remember: 'task' },
  'security.consent_refused': { ...consent, by: 'timeout', remember: 'once' },
  'security.consent_revoked': { consent: 'a1', tool: 'deploy', answer: 'allow', task: 'task', stage: 'act' },
  'memory.read': { store: 'task_store', policy: 'hybrid', items: 1, tokens: 10 },
  'memory.written': { store: 'task_store', items: 1, tokens: 10 },
  'memory.failed': { store: 'task_store', items: 1, failure: { code: 'memory.unavailable', message: 'It is full.' } },
  'memory.embedding_failed': {
    model: 'openai/m',
    part: 'items',
    count: 2,
    failure: { code: 'provider.network', message: 'Nothing listens.' },
  },
  'memory.quarantined': { file: 'a.json', copy: 'a.json.corrupt', problem: 'it is not well-formed JSON', kept: 0 },
  'context.assembled': { profile: 'full', items: 1, leftOut: 0, tokens: 10, maxTokens: 100, fingerprint: 'hash' },
  'routing.decided': {
    at: 'task',
    kind: 'pipeline',
    candidates: [{ id: 'full' }, { id: 'short', refusal: 'the task lacks the tags small' }],
    chosen: 'full',
    rule: 'pipeline.only',
    reason: 'It is the only one that fits.',
    overrides: ['short_only'],
  },
  'override.applied': { override: 'request-1', kind: 'mode', scope: 'task', severity: 'hint', from: 'request' },
  'override.refused': { override: 'request-2', kind: 'model', reason: 'it came later', by: 'override-1' },
  'checkpoint.written': {},
  'sink.failed': { sink: 'jsonl', problem: 'The disk is full.', dropped: 3 },
  'hook.changed': { plugin: 'guard', point: 'before_tool', change: 'replaceInput', before: 'hash', after: 'other' },
  'hook.vetoed': { plugin: 'guard', point: 'before_tool', hash: 'hash' },
  'plugin.failed': { plugin: 'guard', point: 'setup', problem: 'it threw: Oh no', critical: false },
};

const envelope = { id: 't-1/1', v: 1, time: 1_000, seq: 1, taskId: 't-1', ...someIds };
const places = { parentSpanId: 'c'.repeat(16), stageId: 'review', nodeId: 'review', pipelineId: 'full' };

it.each(Object.entries(samples))('%s passes its schema and stays the same as JSON', (type, data) => {
  const event = { ...envelope, ...places, type, data };
  expect(EngineEvent.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
  expect(EngineEvent.parse({ ...envelope, type, data })).toEqual({ ...envelope, type, data });
});

it.each(Object.entries(samples))('%s takes no field that is not declared', (type, data) => {
  expect(EngineEvent.safeParse({ ...envelope, type, data: { ...data, prompt: 'secret' } }).success).toBe(false);
  expect(EngineEvent.safeParse({ ...envelope, type, data, apiKey: 'secret' }).success).toBe(false);
});

it('refuses a type that is not declared', () => {
  expect(EngineEvent.safeParse({ ...envelope, type: 'task.exploded', data: {} }).success).toBe(false);
});

it('takes every kind of failure', () => {
  const results = Object.keys(failureKinds).map((code) => {
    const data = { ...samples['tool.failed'], failure: { code, message: 'It failed.' } };
    return EngineEvent.safeParse({ ...envelope, type: 'tool.failed', data }).success;
  });
  expect(new Set(results)).toEqual(new Set([true]));
});

it('can be told apart by type', () => {
  const event: EngineEvent = { ...envelope, v: 1, type: 'edge.taken', data: samples['edge.taken'] };
  const edge: EventOf<'edge.taken'> | undefined = event.type === 'edge.taken' ? event : undefined;
  expect(edge?.data.to).toBe('review');
});
