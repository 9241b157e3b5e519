import { createOfflineModel, type LLMClient } from 'agent-engine/browser';
import {
  createStageActor,
  statusOf,
  tokenOf,
  type ControlState,
  type StageEnd,
  type StageScope,
  type StageView,
  type Work,
} from 'agent-engine/compiler';
import type { AnyStateMachine } from 'xstate';
import { z } from 'zod';
import type { OpenWorkflow } from './open-workflow.ts';

/** What stages gave. The machine holds states alone, so a page keeps this beside its snapshot. */
export interface TaskValues {
  readonly input: string;
  readonly stages: Record<string, StageView>;
  readonly failures: Record<string, { readonly message: string }>;
}

export interface TaskOptions {
  readonly workflow: OpenWorkflow;
  readonly values: TaskValues;
  /** Between two pieces of an answer, so that a person can watch. */
  readonly paceMs: number;
}

/** Answers are checked by zod, which needs no code from text: so the page may forbid that. */
const model: LLMClient = createOfflineModel({
  fits: (schema, value) => z.fromJSONSchema(schema).safeParse(value).success,
});

/** The machine of the workflow with what its stages do in this page. */
export function provideStages(options: TaskOptions): AnyStateMachine {
  const stage = createStageActor((node, signal, control) => runStage(options, { node, signal, control }));
  return options.workflow.machine.provide({ actors: { stage } });
}

interface StageCall {
  readonly node: string;
  readonly signal: AbortSignal;
  readonly control: ControlState;
}

async function runStage(options: TaskOptions, call: StageCall): Promise<StageEnd> {
  const { workflow, values } = options;
  const program = workflow.pipeline.programs.get(call.node);
  if (program === undefined) return { kind: 'failed', category: 'internal', retryable: false };
  try {
    const scope = scopeOf(options, call);
    const { output, choice } = program.conclude(await carryOut(options, call, program.plan(scope)), scope);
    values.stages[call.node] = { status: 'done', output, ...(choice !== undefined && { choice }) };
    return { kind: 'done', ...(choice !== undefined && { choice }) };
  } catch (error) {
    values.stages[call.node] = { status: 'failed', output: null };
    values.failures[call.node] = { message: error instanceof Error ? error.message : String(error) };
    return { kind: 'failed', category: 'internal', retryable: false };
  }
}

async function carryOut(options: TaskOptions, call: StageCall, work: Work): Promise<unknown> {
  if (work.kind === 'value') return work.value;
  if (work.kind === 'agent') return askAgent(options, call, work);
  throw new Error(`This page has nothing that does the work of a stage of kind "${work.kind}".`);
}

async function askAgent(
  { workflow, values, paceMs }: TaskOptions,
  { node, signal }: StageCall,
  work: Extract<Work, { kind: 'agent' }>,
): Promise<unknown> {
  const { agents, project } = workflow.project;
  const agent = agents.get(work.agent);
  const named = agent?.spec.output_schema;
  const outputSchema = typeof named === 'string' ? project.schemas[named] : named;
  const prompt = {
    system: agent?.prompt.render({ task: { input: values.input }, input: work.input }) ?? '',
    messages: [{ role: 'user', content: JSON.stringify(work.input) }],
    templateVersion: '1',
    subject: { agent: work.agent, stage: node, taskInput: values.input, input: work.input, context: [], call: 0 },
  } as const;
  const settings = {
    model: 'offline',
    signal,
    idempotencyKey: node,
    ...(outputSchema !== undefined && { outputSchema }),
  };
  let text = '';
  for await (const piece of model.stream(prompt, settings)) {
    text += piece.text;
    await pause(paceMs, signal);
  }
  return outputSchema === undefined ? text : JSON.parse(text);
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** What expressions of a stage may name. */
function scopeOf({ workflow, values }: TaskOptions, { node, control }: Omit<StageCall, 'signal'>): StageScope {
  const arrivals = (workflow.pipeline.graph.byId.get(node)?.inbound ?? []).map((edge) => {
    const token = tokenOf(control, edge);
    const arrival = { from: edge.from.id, edge: edge.id, token };
    return token === 'live' ? Object.assign(arrival, { output: values.stages[arrival.from]?.output ?? null }) : arrival;
  });
  const live = arrivals.filter(({ token }) => token === 'live');
  const outputs = Object.fromEntries(live.map(({ from }) => [from, values.stages[from]?.output ?? null]));
  const [first] = live;
  return {
    task: { id: 'page', mode: 'execute', tags: [] },
    input: values.input,
    stages: values.stages,
    output:
      arrivals.length === 0 ? values.input : live.length === 1 && first !== undefined ? outputs[first.from] : outputs,
    error: live.map(({ from }) => values.failures[from]).find((failure) => failure !== undefined) ?? null,
    arrivals,
  };
}

/** What the task came to: the output of the end it reached. Ends do no work, so no stage ran for them. */
export function outputOf(options: Omit<TaskOptions, 'paceMs'>, control: ControlState): string {
  const { graph, programs } = options.workflow.pipeline;
  for (const node of graph.order) {
    const isReached =
      node.closes !== undefined && (statusOf(control, node) === 'done' || statusOf(control, node) === 'failed');
    const work = isReached
      ? programs.get(node.id)?.plan(scopeOf({ ...options, paceMs: 0 }, { node: node.id, control }))
      : undefined;
    if (work?.kind === 'value')
      return typeof work.value === 'string' ? work.value : JSON.stringify(work.value, null, 2);
  }
  return '';
}
