import type { HookEntry, HookOutcome, HookRequest, HookSurroundings } from './run-hooks.ts';
import { runHooks } from './run-hooks.ts';
import type { HookPoint } from './hook-points.ts';
import type { PluginHooks, StepFunction } from './plugin.ts';

/** The hooks of an engine. */
export interface PluginSet extends HookSurroundings {
  /** Whether anybody is to be asked at a point: what would be told them need not be made otherwise. */
  has(point: HookPoint): boolean;
  run<Point extends HookPoint>(request: HookRequest<Point>): Promise<HookOutcome<Point>>;
  /** A step of a stage template by its name, `plugin.step`. */
  step(name: string): PluginStep | undefined;
  stepNames(): readonly string[];
  add(entry: PluginEntry): void;
  /** What takes secrets out, once they are known. */
  protect(secrets: HookSurroundings['secrets']): void;
}

export interface PluginEntry extends HookEntry {
  readonly steps: Readonly<Record<string, StepFunction>>;
}

export interface PluginStep extends Pick<HookEntry, 'plugin' | 'critical' | 'timeoutMs'> {
  readonly run: StepFunction;
}

export function createPluginSet({ startTimer, now }: Pick<HookSurroundings, 'startTimer' | 'now'>): PluginSet {
  const points = new Map<string, PluginEntry[]>();
  const steps = new Map<string, PluginStep>();
  let secrets: HookSurroundings['secrets'] = { redact: (text) => text, redactAll: (part) => part };
  return {
    startTimer,
    now,
    get secrets() {
      return secrets;
    },
    protect: (known) => void (secrets = known),
    has: (point) => points.has(point),
    run: async (request) => runHooks(points.get(request.point) ?? [], request, { startTimer, now, secrets }),
    step: (name) => steps.get(name),
    stepNames: () => [...steps.keys()],
    add(entry) {
      for (const point of pointsOf(entry.hooks)) points.set(point, [...(points.get(point) ?? []), entry]);
      const { plugin, critical, timeoutMs } = entry;
      for (const [name, run] of Object.entries(entry.steps))
        steps.set(`${plugin}.${name}`, { plugin, critical, timeoutMs, run });
    },
  };
}

function pointsOf(hooks: PluginHooks): readonly string[] {
  return Object.entries(hooks).flatMap(([point, hook]) => (hook === undefined ? [] : [point]));
}
