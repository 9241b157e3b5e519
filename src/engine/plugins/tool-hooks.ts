import { tellDenial, type Tell, type ToolNotes, type ToolResults, type ToolStageCall } from '../../actors/index.ts';
import { failureError, type Failure } from '../../errors/index.ts';
import type { StageCall } from '../../hosts/index.ts';
import {
  contentHash,
  estimateTokens,
  type PluginSet,
  type SchemaValidator,
  type ToolRuntime,
} from '../../services/index.ts';
import type { StageLog } from '../stages/call-logs.ts';
import { placeOf } from './hook-place.ts';
import { askedOnce, type Settled } from './kept-answers.ts';
import { memoryHooks } from './memory-hooks.ts';

/** A call of a tool that is about to be made. */
export interface PlannedCall {
  /** Tells the calls of one stage apart. */
  readonly key: string;
  readonly tool: string;
  readonly arguments: unknown;
  readonly step?: string;
  readonly agent?: string;
}

/** The arguments to call it with, or why it is not called. */
export type Planned = { readonly arguments: unknown } | { readonly refused: Failure };

export interface ToolHooks {
  /** Once for each call, before anybody is asked for consent and permissions are looked at: what is changed goes through both. */
  before(stage: ToolStage, planned: PlannedCall): Promise<Planned>;
  /** What a call is given to have its output looked at. */
  after(
    stage: ToolStage,
    agent: string | undefined,
  ): Pick<ToolStageCall, 'review' | 'results' | 'memoryHooks' | 'hookPlace'>;
  /** Why a value cannot be what a tool gives. */
  outputProblem(tool: string, value: unknown): string | undefined;
}

export interface ToolStage {
  readonly call: StageCall;
  readonly log: Pick<StageLog, 'saved' | 'save'>;
}

export interface ToolHooksOptions {
  readonly plugins: PluginSet;
  readonly tools: Pick<ToolRuntime, 'readArguments' | 'check' | 'describe'>;
  readonly validator: Pick<SchemaValidator, 'validate'>;
  readonly tellerFor: (call: StageCall) => Tell;
}

export function createToolHooks(options: ToolHooksOptions): ToolHooks {
  const { plugins, tellerFor } = options;
  return {
    async before(stage, planned) {
      if (!plugins.has('before_tool')) return planned;
      const { key, arguments: input } = planned;
      const settled = await askedOnce(stage.log, { key: `before_tool/${key}`, input }, async () =>
        askBefore(options, stage, planned),
      );
      return 'failure' in settled ? { refused: settled.failure } : { arguments: settled.input };
    },
    outputProblem: (tool, value) => toolOutputProblem(options, tool, value),
    after: ({ call, log }, agent) => ({
      hookPlace: placeOf(call, agent),
      ...((plugins.has('after_tool') || plugins.has('after_stage')) && { results: resultsIn(log) }),
      ...(plugins.has('after_tool') && { review: reviewer(options, call, agent) }),
      ...((plugins.has('before_memory') || plugins.has('after_memory')) && {
        memoryHooks: memoryHooks({
          plugins,
          place: placeOf(call, agent),
          tell: tellerFor(call),
          signal: call.signal,
          estimateTokens,
        }),
      }),
    }),
  };
}

/** Until what plugins leave of it is kept with the stage. */
function resultsIn(log: ToolStage['log']): ToolResults {
  return {
    find(call) {
      const kept = log.saved(`result/${call}`)?.value;
      return isResult(kept) ? kept : undefined;
    },
    keep: (call, { output = null, notRun }) =>
      log.save(`result/${call}`, { output, ...(notRun !== undefined && { notRun }) }),
  };
}

function isResult(value: unknown): value is ToolNotes {
  return typeof value === 'object' && value !== null && 'output' in value;
}

async function askBefore(
  { plugins, tools, tellerFor }: ToolHooksOptions,
  { call }: ToolStage,
  { tool, step, agent, arguments: given }: PlannedCall,
): Promise<Settled | undefined> {
  const tell = tellerFor(call);
  const outcome = await plugins.run({
    point: 'before_tool',
    place: placeOf(call, agent),
    about: { tool, arguments: given, ...(step !== undefined && { step }) },
    tell,
    signal: call.signal,
    accept({ value, about }) {
      const read = tools.readArguments(tool, value);
      const failure = read.ok ? tools.check(tool, read.value) : read.failure;
      if (failure !== undefined) return { problem: failure.message };
      return { about: { ...about, arguments: read.ok ? read.value : value } };
    },
  });
  if (outcome.kind === 'go') return outcome.isChanged ? { input: outcome.about.arguments } : undefined;
  const { failure } = outcome;
  const denied = { ...failure, details: { level: 'plugin', ...failure.details, tool } };
  const place = { agent: agent ?? '', ...(step !== undefined && { step }), argumentsHash: contentHash(given) };
  tellDenial(tell, place, { ...denied, code: 'permission.denied' });
  return { failure: denied };
}

function reviewer(
  { plugins, tellerFor, ...checks }: ToolHooksOptions,
  call: StageCall,
  agent: string | undefined,
): NonNullable<ToolStageCall['review']> {
  return async ({ tool, step, arguments: given, output }) => {
    const outcome = await plugins.run({
      point: 'after_tool',
      place: placeOf(call, agent),
      about: { tool, arguments: given, output, ...(step !== undefined && { step }) },
      tell: tellerFor(call),
      signal: call.signal,
      accept({ value, about }) {
        const problem = toolOutputProblem(checks, tool, value);
        return problem === undefined ? { about: { ...about, output: value } } : { problem };
      },
    });
    if (outcome.kind === 'stop') throw failureError(outcome.failure);
    return outcome.about.output;
  };
}

/** Why a value cannot be what a tool gives. */
export function toolOutputProblem(
  { tools, validator }: { readonly tools: Pick<ToolRuntime, 'describe'> } & Pick<ToolHooksOptions, 'validator'>,
  tool: string,
  value: unknown,
): string | undefined {
  const schema = tools.describe().find(({ name }) => name === tool)?.outputSchema;
  const [finding] = schema === undefined ? [] : validator.validate(schema, value);
  return finding === undefined ? undefined : `it does not fit the schema: ${finding.message}`;
}
