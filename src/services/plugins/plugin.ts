import type { EventOf, EventType } from '../telemetry/index.ts';
import type { HookContext, HookInputs, HookOutputs, HookPlace, DeepReadonly } from './hook-context.ts';
import type { hookPoints, HookPoint } from './hook-points.ts';

interface VerdictForms<Point extends HookPoint> {
  /** Stops what is about to happen, or what was made; the text says why. */
  veto: { readonly veto: string };
  replaceInput: { readonly replaceInput: Point extends keyof HookInputs ? HookInputs[Point] : never };
  replaceOutput: { readonly replaceOutput: Point extends keyof HookOutputs ? HookOutputs[Point] : never };
  /** As it could be given to `createTask`. */
  addOverride: { readonly addOverride: object };
}

/** What a hook may answer at a point. Nothing leaves all as it is. */
export type HookVerdict<Point extends HookPoint = HookPoint> = {
  [Each in Point]: VerdictForms<Each>[(typeof hookPoints)[Each][number]];
}[Point];

export interface HookWork {
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** The engine waits for its answer. */
export type HookFunction<Point extends HookPoint = HookPoint> = (
  context: HookContext<Point>,
  work: HookWork,
) => Promise<HookVerdict<Point> | undefined | void>;

export type PluginHooks = { readonly [Point in HookPoint]?: HookFunction<Point> };

/** Told of events, each a frozen copy. One that throws is told of no more. */
export type PluginEvents = {
  readonly [Type in EventType]?: (event: DeepReadonly<EventOf<Type>>) => void | Promise<void>;
};

/** What a step of a stage template is told. */
export type StepContext = DeepReadonly<
  HookPlace & {
    readonly plugin: string;
    readonly step: string;
    readonly input: unknown;
    /** Of a tool node. */
    readonly tool?: string;
    /** What the stage has come to so far; absent before that. */
    readonly output?: unknown;
  }
>;

export type StepVerdict = VerdictForms<HookPoint>['veto'] | { readonly replaceOutput: unknown };

export type StepFunction = (context: StepContext, work: HookWork) => Promise<StepVerdict | undefined | void>;

/** A named bundle of hooks, listeners and steps. */
export interface Plugin<Config = unknown> {
  readonly name: string;
  readonly version: string;
  readonly hooks?: PluginHooks;
  readonly events?: PluginEvents;
  /** By name: stage templates name them `plugin.step`. */
  readonly steps?: Readonly<Record<string, StepFunction>>;
  // Written as methods, so that a plugin with a typed config fits where any plugin is taken.
  /** Called once for each engine, before anything else; `config` is that of the manifest. */
  setup?(config: Config): void | Promise<void>;
  /** Called once when the engine is closed. */
  teardown?(): void | Promise<void>;
}
