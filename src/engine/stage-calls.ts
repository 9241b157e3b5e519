import type { Failure } from '../errors/index.ts';
import type { CallUsage, FailedAnswer, ModelAnswer } from '../actors/index.ts';
import type { StoredCall } from '../services/index.ts';
import { pluginActs, type PluginAct } from './plugins/plugin-acts.ts';
import { readAnswer, readEntry } from './stages/call-logs.ts';
import type { Observed } from './stages/restored-memory.ts';
import { isStepEnd, type SavedEnd } from './stages/tool-plan.ts';

/** What a model or a tool answered to a stage, as plain JSON. */
export type StageCallView = ModelCallView | ToolCallView;

interface CallPlace {
  readonly stage: string;
  /** The attempt of the stage that made it. */
  readonly attempt: number;
  /** When its answer came: milliseconds since the epoch. */
  readonly at: number;
  readonly ok: boolean;
  readonly failure?: Pick<Failure, 'code' | 'message'>;
  /** What plugins did to it. */
  readonly plugins?: readonly CallAct[];
}

export type CallAct = Pick<PluginAct, 'plugin' | 'point' | 'change'>;

export interface ModelCallView extends CallPlace {
  readonly kind: 'model';
  /** Alias of the model. */
  readonly model: string;
  /** Its number within the conversation, from 1. */
  readonly call: number;
  readonly finish_reason?: string;
  readonly usage?: CallUsage;
  /** Tools that it called in the way of its provider. */
  readonly tools?: readonly string[];
  /** What it said, where that is asked for. */
  readonly text?: string;
  readonly tool_calls?: readonly { readonly tool: string; readonly arguments: unknown }[];
}

export interface ToolCallView extends CallPlace {
  readonly kind: 'tool';
  /** Absent where only its step is known. */
  readonly tool?: string;
  readonly step: string;
  /** What it gave, where that is asked for. */
  readonly output?: unknown;
}

export interface CallsOptions {
  /** Only those of this stage. Default: of all. */
  readonly stage?: string;
  /** With what models said and tools gave. Default: false. */
  readonly full?: boolean;
}

/** The calls that are kept of a task, in the order in which they were answered. */
export function stageCalls(
  stored: readonly StoredCall[],
  { stage, full = false }: CallsOptions = {},
): readonly StageCallView[] {
  const views = withActs(
    stored.flatMap((call, place) => {
      const view = viewOf(call, full);
      return view === undefined ? [] : [{ view, place }];
    }),
    pluginActs(stored),
  );
  return stage === undefined ? views : views.filter((view) => view.stage === stage);
}

interface PlacedView {
  readonly view: StageCallView;
  /** Among all that is kept. */
  readonly place: number;
}

function withActs(views: readonly PlacedView[], acts: ReturnType<typeof pluginActs>): readonly StageCallView[] {
  const found = new Map<StageCallView, CallAct[]>();
  for (const { plugin, point, change, place, ...act } of acts) {
    // Steps of several cycles may have the same names: what was done to one was kept before its end.
    const about = views.find((one) => isAbout(one.view, act) && (one.view.kind === 'model' || one.place > place));
    if (about !== undefined) found.set(about.view, [...(found.get(about.view) ?? []), { plugin, point, change }]);
  }
  return views.map(({ view }) => {
    const plugins = found.get(view);
    return plugins === undefined ? view : { ...view, plugins };
  });
}

function isAbout(view: StageCallView, { stage, attempt, call, tool, step }: Omit<PluginAct, keyof CallAct>): boolean {
  if (view.stage !== stage || view.attempt !== attempt) return false;
  if (view.kind === 'model') return view.call === call;
  return view.tool === tool && step !== undefined && (view.step === step || view.step.endsWith(`/${step}`));
}

/** What tools gave to the agents and tool plans of a task. */
export function observedCalls(stored: readonly StoredCall[]): readonly Observed[] {
  return stageCalls(stored, { full: true }).flatMap((view) => {
    if (view.kind !== 'tool' || !view.ok || view.tool === undefined) return [];
    const { stage, step, tool, output, at } = view;
    return [{ stage, step, tool, output, at }];
  });
}

function viewOf({ scope, key, at, text }: StoredCall, full: boolean): StageCallView | undefined {
  const entry = readEntry(text);
  if (entry === undefined) return undefined;
  const { attempt, value } = entry;
  const [, kind, ...rest] = key.split('/');
  const place: Place = { stage: scope.slice(0, scope.lastIndexOf('@')), attempt, at, name: rest.join('/'), full };
  if (kind === 'tool') return isStepEnd(value) ? toolView(place, value) : undefined;
  const answer = kind === 'model' ? readAnswer(value) : undefined;
  return answer === undefined ? undefined : modelView(place, answer);
}

interface Place extends Pick<StageCallView, 'stage' | 'attempt' | 'at'> {
  /** What the key says of it. */
  readonly name: string;
  readonly full: boolean;
}

function toolView({ name, full, ...place }: Place, end: SavedEnd): ToolCallView {
  const named = { ...place, kind: 'tool', ...(end.tool !== undefined && { tool: end.tool }), step: name } as const;
  if (!end.ok) return { ...named, ok: false, failure: failureView(end.failure) };
  return { ...named, ok: true, ...(full && { output: end.output }) };
}

function modelView({ name, full, ...place }: Place, answer: ModelAnswer | FailedAnswer): ModelCallView {
  const named = { ...place, kind: 'model', model: answer.model, call: Number(name) } as const;
  if ('failure' in answer) {
    const { failure, usage } = answer;
    return { ...named, ok: false, failure: failureView(failure), ...(usage !== undefined && { usage }) };
  }
  const { toolCalls, finishReason, usage, text } = answer;
  const calls = toolCalls.map(({ tool, arguments: given }) => ({ tool, arguments: given }));
  return {
    ...named,
    ok: true,
    finish_reason: finishReason,
    usage,
    ...(calls.length > 0 && { tools: calls.map(({ tool }) => tool) }),
    ...(full && { text, tool_calls: calls }),
  };
}

function failureView({ code, message }: Failure): Pick<Failure, 'code' | 'message'> {
  return { code, message };
}
