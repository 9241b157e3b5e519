import { createHash } from 'node:crypto';
import { failureError, type Failure } from '../../errors/index.ts';
import type { StartTimer } from '../llm/index.ts';
import type { EnvironmentValues } from '../security/index.ts';
import type { EventData } from '../telemetry/index.ts';
import { askCode } from './ask-code.ts';
import { frozenCopy } from './frozen-copy.ts';
import type { HookPlace, HookSubjects } from './hook-context.ts';
import { hookPoints, type HookPoint, type VerdictKind } from './hook-points.ts';
import type { PluginHooks } from './plugin.ts';
import { readVerdict } from './read-verdict.ts';

/** A plugin among those of an engine. */
export interface HookEntry {
  readonly plugin: string;
  readonly hooks: PluginHooks;
  /** What waits for it fails with it. */
  readonly critical: boolean;
  readonly timeoutMs: number;
}

type PluginEventType = 'hook.changed' | 'hook.vetoed' | 'plugin.failed';

/** What happened with plugins: names and hashes, no contents. */
export type PluginFact = {
  [Type in PluginEventType]: { readonly type: Type; readonly data: EventData<Type> };
}[PluginEventType];

/** A change that a hook asks for, still to be checked. */
export interface HookChange<Point extends HookPoint> {
  readonly plugin: string;
  readonly kind: Exclude<VerdictKind, 'veto'>;
  readonly value: unknown;
  /** As it stands after the hooks before. */
  readonly about: HookSubjects[Point];
}

/** What the hook is about with the change in it, or why it cannot be made. */
export type Accepted<Point extends HookPoint> = { readonly about: HookSubjects[Point] } | { readonly problem: string };

export interface HookRequest<Point extends HookPoint> {
  readonly point: Point;
  readonly place: HookPlace;
  readonly about: HookSubjects[Point];
  readonly tell: (fact: PluginFact) => void;
  /** Checks changes. Absent where none is allowed. */
  readonly accept?: (change: HookChange<Point>) => Accepted<Point>;
  /** Of the work that waits. */
  readonly signal?: AbortSignal;
}

export type HookOutcome<Point extends HookPoint> =
  | { readonly kind: 'go'; readonly about: HookSubjects[Point]; readonly isChanged: boolean }
  | { readonly kind: 'stop'; readonly failure: Failure };

/**
 * Asks the hooks of a point one after the other, each about what those before made of it. The first veto ends it, and nothing that
 * was changed before counts then. Throws the failure `cancelled.task` when the work that waits is stopped.
 */
export async function runHooks<Point extends HookPoint>(
  entries: readonly HookEntry[],
  request: HookRequest<Point>,
  { startTimer, now, secrets }: HookSurroundings,
): Promise<HookOutcome<Point>> {
  let { about } = request;
  for (const entry of entries) {
    const hook = entry.hooks[request.point];
    if (hook === undefined) continue;
    const context = frozenCopy({ ...request.place, ...about, point: request.point, plugin: entry.plugin });
    const bounds = { timeoutMs: entry.timeoutMs, startTimer, now, ...signalOf(request) };
    const asked = await askCode(async (work) => Reflect.apply(hook, undefined, [context, work]), bounds);
    if (asked === 'stopped') throw stopped();
    const step = 'problem' in asked ? asked : stepOf({ ...entry, secrets }, { ...request, about }, asked.answer);
    if ('problem' in step) {
      const failure = tellFailure(entry, request, secrets.redact(step.problem));
      if (failure !== undefined) return { kind: 'stop', failure };
    } else if ('veto' in step) return { kind: 'stop', failure: step.veto };
    else about = step.about;
  }
  return { kind: 'go', about, isChanged: about !== request.about };
}

/** What hooks are asked with. */
export interface HookSurroundings {
  readonly startTimer: StartTimer;
  readonly now: () => number;
  /** Takes secrets that manifests name out of what plugins say. */
  readonly secrets: Pick<EnvironmentValues, 'redact' | 'redactAll'>;
}

type Step<Point extends HookPoint> = Accepted<Point> | { readonly veto: Failure };

function stepOf<Point extends HookPoint>(
  { plugin, secrets }: HookEntry & Pick<HookSurroundings, 'secrets'>,
  request: HookRequest<Point>,
  answer: unknown,
): Step<Point> {
  const { point, about, tell, accept } = request;
  const verdict = readVerdict(answer, hookPoints[point]);
  if ('problem' in verdict) return verdict;
  if (verdict.kind === 'nothing') return { about };
  if (verdict.kind === 'veto') {
    tell({ type: 'hook.vetoed', data: { plugin, point, hash: hashOf(about), ...subjectOf(about) } });
    return { veto: vetoFailure({ plugin, point }, secrets.redact(String(verdict.value))) };
  }
  const { kind } = verdict;
  const clean = withoutSecrets(kind, { value: verdict.value, about }, secrets);
  if ('problem' in clean) return { problem: `its ${kind} was refused: ${clean.problem}` };
  const { value } = clean;
  const accepted = accept?.({ plugin, kind, value, about }) ?? { problem: 'nothing can be changed here' };
  if ('problem' in accepted) return { problem: `its ${kind} was refused: ${accepted.problem}` };
  const [before, after] = [hashOf(about), hashOf(accepted.about)];
  if (kind !== 'addOverride' && before === after) return { about };
  tell({
    type: 'hook.changed',
    data: {
      plugin,
      point,
      change: kind,
      before,
      after: kind === 'addOverride' ? hashOf(value) : after,
      ...subjectOf(about),
    },
  });
  return accepted;
}

/** Which call it is about, as far as it is about one. */
function subjectOf(about: object): { readonly call?: number; readonly tool?: string; readonly step?: string } {
  const { call, tool, step } = { call: undefined, tool: undefined, step: undefined, ...about };
  return {
    ...(typeof call === 'number' && { call }),
    ...(typeof tool === 'string' && { tool }),
    ...(typeof step === 'string' && { step }),
  };
}

/**
 * What comes of a change is kept with the task, where no secret is to stand: it is taken out of outputs, and inputs that have one are
 * refused, unless it was there before.
 */
function withoutSecrets(
  kind: VerdictKind,
  { value, about }: { readonly value: unknown; readonly about: unknown },
  secrets: HookSurroundings['secrets'],
): { readonly value: unknown } | { readonly problem: string } {
  const left = kind === 'replaceOutput' ? secrets.redactAll(value) : value;
  return hasSecret(left, secrets) && !hasSecret(about, secrets) ? { problem: secretProblem } : { value: left };
}

function hasSecret(value: unknown, { redact }: HookSurroundings['secrets']): boolean {
  const text = JSON.stringify(value) ?? '';
  return redact(text) !== text;
}

const secretProblem = 'it holds a secret that the manifests name, which would be kept with the task';

/** Tells of it, and gives the failure of what cannot be without the plugin. */
function tellFailure(
  { plugin, critical }: HookEntry,
  { point, tell }: Pick<HookRequest<HookPoint>, 'point' | 'tell'>,
  problem: string,
): Failure | undefined {
  tell({ type: 'plugin.failed', data: { plugin, point, problem, critical } });
  return critical ? criticalFailure(plugin, point, problem) : undefined;
}

/** What waits for a plugin that it cannot be without. */
export function criticalFailure(plugin: string, point: string, problem: string): Failure {
  return {
    code: 'plugin.failed',
    message: `The plugin "${plugin}", which is critical, failed at ${point}: ${problem}.`,
    hint: 'Repair the plugin, or make it uncritical.',
    details: { plugin, point },
  };
}

export function vetoFailure({ plugin, point }: { plugin: string; point: string }, reason: string): Failure {
  return {
    code: 'plugin.veto',
    message: `The plugin "${plugin}" does not allow it (${point}): ${reason.replace(/[.!]$/u, '')}.`,
    details: { plugin, point, level: 'plugin', rule: `plugins.${plugin}` },
  };
}

function stopped(): Error {
  return failureError({ code: 'cancelled.task', message: 'The work was stopped while a plugin was asked.' });
}

function signalOf({ signal }: { readonly signal?: AbortSignal }): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** Tells values apart that events must not show. */
export function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('hex')
    .slice(0, 32);
}
