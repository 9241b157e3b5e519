import {
  consentFact,
  hashOf,
  overrideAnswer,
  overrideQuestion,
  rootOf,
  type ConsentQuestion,
  type StageCall,
  type StageResult,
  type StageStart,
  type TaskFact,
  type TaskRecord,
} from '../../hosts/index.ts';
import type { CompiledProject } from '../../manifest-compiler/index.ts';
import {
  effectsOf,
  estimateTokens,
  isMemo,
  type GivenOverride,
  type MemoryItem,
  type MemoryStores,
  type OverrideDanger,
  type OverrideEffects,
  type TaskOverrides,
} from '../../services/index.ts';
import type { Telemetry } from '../telemetry.ts';
import type { CallKeeper } from '../stages/call-logs.ts';
import type { ConsentRules } from '../stages/consent-rules.ts';
import { asStageFailure } from '../stages/stage-failure.ts';
import { toolMode } from '../stages/tool-mode.ts';
import { storeProblem } from './check-override.ts';
import { likenessOf } from './dangers.ts';

export interface OverrideGateOptions {
  readonly compiled: CompiledProject;
  readonly stores: MemoryStores;
  readonly calls: CallKeeper;
  readonly rules: Pick<ConsentRules, 'keep'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly telemetry: Pick<Telemetry, 'tell'>;
}

/** Stands before every stage of a task with overrides. */
export interface OverrideGate {
  /** Has what needs consent decided, and what is to be remembered kept, before the stage begins. */
  pass(call: StageCall, start: () => StageResult | StageStart): StageResult | StageStart;
  endTask(taskId: string): void;
}

const scope = 'override';

export function createOverrideGate(options: OverrideGateOptions): OverrideGate {
  const done = new Set<string>();
  return {
    pass(call, start) {
      const { task } = call;
      const { overrides } = task.creation;
      if (overrides === undefined) return start();
      const open = openDangers(task, overrides);
      if (open.length > 0) return { needs: [], begin: () => ask(call, overrides, open) };
      const { id } = task.creation;
      if (rootOf(id) !== id || done.has(id)) return start();
      const stage = start();
      const isStart = 'begin' in stage;
      return {
        needs: isStart ? stage.needs : [],
        begin: async () => {
          try {
            await settle(options, call, overrides);
          } catch (error) {
            return { ok: false, failure: asStageFailure(error, call.stage.node) };
          }
          done.add(id);
          return isStart ? stage.begin() : stage;
        },
        ...(isStart && { spent: () => stage.spent?.() }),
      };
    },
    endTask: (taskId) => void done.delete(taskId),
  };
}

/** The effects of the overrides of a task as far as they are allowed; nothing for a task without any. */
export function effectsFor(task: TaskRecord): OverrideEffects | undefined {
  const { overrides } = task.creation;
  return overrides === undefined
    ? undefined
    : effectsOf(overrides, (id) => overrideAnswer(task, id)?.action === 'allow');
}

function openDangers(task: TaskRecord, { asks, allowed, denied }: TaskOverrides): readonly OverrideDanger[] {
  return asks.filter(
    ({ override }) =>
      !allowed.includes(override) && !denied.includes(override) && overrideAnswer(task, override) === undefined,
  );
}

/** One question for each override, whatever of it is dangerous. */
function ask(call: StageCall, overrides: TaskOverrides, open: readonly OverrideDanger[]): { rests: 'waiting' } {
  const asked = call.task.consents.get(call.stage.node);
  for (const id of new Set(open.map(({ override }) => override))) {
    const question = questionFor(overrides, id, open);
    if (asked?.has(question.id) !== true) call.consents.ask(question, undefined);
  }
  return { rests: 'waiting' };
}

function questionFor({ applied }: TaskOverrides, id: string, open: readonly OverrideDanger[]): ConsentQuestion {
  const dangers = open.filter(({ override }) => override === id);
  const given = applied.find(({ spec }) => spec.id === id);
  const payload = given?.spec.payload ?? null;
  return {
    id: overrideQuestion(id),
    tool: overrideQuestion(id),
    override: dangers.map(({ text }) => text).join(', and '),
    arguments: { payload, ...(given?.source.span !== undefined && { words: given.source.span.text }) },
    arguments_hash: hashOf(JSON.stringify(payload)).slice(0, 32),
    risk: 'high',
    capabilities: [],
    rule: `overrides.${given?.spec.kind ?? 'unknown'}`,
    likeness: likenessOf(dangers, applied),
  };
}

/** Once for a task, however often its first stages begin: the last thing that is kept says that it is done. */
async function settle(
  options: OverrideGateOptions,
  { task, stage }: StageCall,
  overrides: TaskOverrides,
): Promise<void> {
  const { calls, rules, telemetry, now } = options;
  const { id } = task.creation;
  if (calls.calls(id, scope).length > 0) return;
  for (const override of new Set(overrides.asks.map((danger) => danger.override))) {
    const answer = overrideAnswer(task, override);
    const question = questionFor(overrides, override, overrides.asks);
    if (answer !== undefined) rules.keep({ task: id, stage: stage.node }, question, answer);
    else telemetry.tell(task, consentFact(question, decidedBefore(overrides, override)));
    const isAllowed = answer?.action === 'allow' || overrides.allowed.includes(override);
    if (!isAllowed) telemetry.tell(task, refusedFact(overrides, override));
  }
  for (const given of effectsFor(task)?.kept ?? []) await keep(options, task, given);
  calls.save({ task: id, scope, key: 'settled', at: now(), text: '{}' });
}

function decidedBefore({ allowed }: TaskOverrides, id: string): Parameters<typeof consentFact>[1] {
  return { action: allowed.includes(id) ? 'allow' : 'deny', remember: 'once', by: 'remembered' };
}

function refusedFact({ applied }: TaskOverrides, id: string): TaskFact {
  const kind = applied.find(({ spec }) => spec.id === id)?.spec.kind ?? 'unknown';
  return { type: 'override.refused', data: { override: id, kind, reason: 'It was not allowed.' } };
}

async function keep(
  { compiled, stores, now, telemetry }: OverrideGateOptions,
  task: TaskRecord,
  given: GivenOverride,
): Promise<void> {
  const { creation } = task;
  const { spec } = given;
  if (spec.scope !== 'task' && toolMode(creation.mode) !== 'normal') return;
  if (storeProblem(spec.scope, compiled) !== undefined) return;
  const store = { task: stores.task(creation.id), project: stores.project, global: stores.global }[spec.scope];
  const item = itemOf(given, creation.id, now());
  await store.append([item]);
  telemetry.tell(task, {
    type: 'memory.written',
    data: { store: `${spec.scope}_store`, items: 1, tokens: item.token_cost },
  });
}

/** The same words are the same item, so that what is said twice is remembered once. */
function itemOf({ spec, source }: GivenOverride, taskId: string, timestamp: number): MemoryItem {
  const { kind, content, tags } = contentOf(spec);
  return {
    id: `override/${hashOf(JSON.stringify([kind, content])).slice(0, 24)}`,
    kind,
    source: `task ${taskId}`,
    timestamp,
    tags,
    importance: isMemo(spec) ? 0.8 : 0.5,
    token_cost: estimateTokens(content),
    content,
    metadata: { from: source.from },
  };
}

function contentOf(spec: GivenOverride['spec']): Pick<MemoryItem, 'kind' | 'content' | 'tags'> {
  if (spec.kind === 'memory' && 'remember' in spec.payload) {
    const { remember, kind = 'preference', tags = [] } = spec.payload;
    return { kind, content: remember, tags };
  }
  const { id: _id, scope: _scope, ...kept } = spec;
  return { kind: 'override', content: JSON.stringify(kept), tags: [] };
}
