import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  isEngineError,
  openTrial,
  type Engine,
  type EvalCase,
  type LoadedEvals,
  type TaskResult,
  type TrialOptions,
} from '../../index.ts';
import type { EvalFinding, RunReport } from './eval-report.ts';
import { checkExpectations } from './expectations.ts';
import { placeOf, type Outcome } from './finding.ts';
import { askJudges, judgesOf, type Judgement } from './judge.ts';
import { oneLine } from './one-line.ts';

export interface RunContext {
  readonly directory: string;
  readonly evals: Pick<LoadedEvals, 'schemaFindings'>;
  readonly environment?: TrialOptions['environment'];
  readonly cassettes?: TrialOptions['cassettes'];
  /** What an engine needs before its first task, such as handlers of registered tools. */
  readonly prepare?: (engine: Engine) => void | Promise<void>;
  readonly signal?: AbortSignal;
  /** Told of what a run is going to throw before its engines are closed. */
  readonly onFault?: (error: unknown) => void;
}

/** Runs a case once, in a state directory of its own. Nothing when it was told to stop before it was over. */
export async function runCase(evalCase: EvalCase, number: number, context: RunContext): Promise<RunReport | undefined> {
  const { signal } = context;
  const isStopped = (): boolean => signal?.aborted ?? false;
  if (isStopped()) return undefined;
  const stateDirectory = await mkdtemp(path.join(tmpdir(), 'agent-engine-eval-'));
  const engines = new Set<Engine>();
  const stop = (): void => {
    for (const engine of engines) void engine.close();
  };
  signal?.addEventListener('abort', stop);
  const open = createOpen(evalCase, { context, number, stateDirectory, engines });
  try {
    const report = await reportOf(evalCase, open, context);
    return isStopped() ? undefined : report;
  } catch (error) {
    if (isStopped()) return undefined;
    if (!isEngineError(error)) {
      context.onFault?.(error);
      throw error;
    }
    return failedRun(evalCase, `${error.code}: ${error.message}`);
  } finally {
    signal?.removeEventListener('abort', stop);
    await Promise.allSettled([...engines].map((engine) => engine.close()));
    await rm(stateDirectory, { recursive: true, force: true });
  }
}

/**
 * Rejects where an agent that judges cannot be opened here, as without the key of its model: better before the first run than after
 * a task that has cost something. What only plays what was recorded asks no judge.
 */
export async function checkJudges(cases: readonly EvalCase[], context: RunContext): Promise<void> {
  const { directory, environment, cassettes } = context;
  if (cassettes !== undefined && cassettes.record !== 'all') return;
  const stateDirectory = await mkdtemp(path.join(tmpdir(), 'agent-engine-eval-'));
  try {
    for (const agent of judgesOf(cases)) {
      const engine = await openTrial(directory, {
        stateDirectory,
        console: 'quiet',
        agent,
        ...(environment !== undefined && { environment }),
      });
      await engine.close();
    }
  } finally {
    await rm(stateDirectory, { recursive: true, force: true });
  }
}

type Open = (agent?: string, judge?: number) => Promise<Engine>;

interface Opening {
  readonly context: RunContext;
  /** Which run of the case it is. */
  readonly number: number;
  readonly stateDirectory: string;
  readonly engines: Set<Engine>;
}

function createOpen({ id }: EvalCase, { context, number, stateDirectory, engines }: Opening): Open {
  const { directory, environment, cassettes, prepare, signal } = context;
  return async (agent, judge = 0) => {
    const part = judge === 0 ? 'task' : `judge-${judge}`;
    const engine = await openTrial(directory, {
      stateDirectory: path.join(stateDirectory, part),
      console: 'quiet',
      ...(environment !== undefined && { environment }),
      ...(agent !== undefined && { agent }),
      ...(cassettes !== undefined && {
        cassettes: { ...cassettes, directory: `${cassettes.directory}/${id}/${number}/${part}` },
      }),
    });
    engines.add(engine);
    if (signal?.aborted === true) await engine.close();
    await prepare?.(engine);
    return engine;
  };
}

async function reportOf(evalCase: EvalCase, open: Open, { evals }: RunContext): Promise<RunReport> {
  const engine = await open();
  const edges: string[] = [];
  const startedAt = performance.now();
  const { result, refused } = await carryOut(engine, evalCase, edges);
  const latencyMs = Math.round(performance.now() - startedAt);
  await engine.close();
  const outcome: Outcome = { case: evalCase, result, nodes: nodesOf(result), edges };
  const findings = checkExpectations(outcome, evals);
  const judgements = await askJudges(evalCase, result.output, open);
  return {
    ...verdictOf([...refused, ...findings, ...judgements.map((each) => each.finding)]),
    status: result.status,
    output: result.output,
    nodes: outcome.nodes,
    edges,
    ...usageOf(result, judgements),
    latency_ms: latencyMs,
  };
}

interface Carried {
  readonly result: TaskResult;
  /** An answer that was not taken: the task waits, and has cost what it has. */
  readonly refused: readonly EvalFinding[];
}

/** Runs the task to its end, and answers what the case has answers for. */
async function carryOut(engine: Engine, evalCase: EvalCase, edges: string[]): Promise<Carried> {
  const { spec } = evalCase;
  const { mode, pipeline, tags, overrides, answers = {} } = spec;
  const { id } = await engine.createTask({
    input: spec.input,
    ...(mode !== undefined && { mode }),
    ...(pipeline !== undefined && { pipeline }),
    ...(tags !== undefined && { tags }),
    ...(overrides !== undefined && { overrides }),
  });
  engine.events$.subscribe((event) => {
    if (event.type === 'edge.taken' && event.taskId === id) edges.push(`${event.data.from}->${event.data.to}`);
  });
  const left = new Map(Object.entries(answers));
  let result = await engine.runTask(id);
  while (result.status === 'waiting') {
    const asked = engine.questions(id).find(({ task, stage }) => task === id && left.has(stage));
    if (asked === undefined) break;
    try {
      result = await engine.answer(id, left.get(asked.stage), { stage: asked.stage });
    } catch (error) {
      if (!isEngineError(error)) throw error;
      return { result, refused: [runFault(`${error.code}: ${error.message}`, placeOf(evalCase, ['answers']))] };
    }
    left.delete(asked.stage);
  }
  return { result, refused: [] };
}

function nodesOf({ trace }: TaskResult): readonly string[] {
  const ran = trace.filter(({ attempt, status }) => status !== 'skipped' && !(status === 'cancelled' && attempt === 0));
  return ran.map(({ node }) => node);
}

function verdictOf(found: readonly EvalFinding[]): Pick<RunReport, 'passed' | 'score' | 'findings'> {
  const sum = found.reduce((total, { score }) => total + score, 0);
  // Messages hold words of models, and are read line by line.
  const findings = found.map((each) =>
    each.message === undefined ? each : { ...each, message: oneLine(each.message) },
  );
  return { passed: found.every(({ passed }) => passed), score: sum / found.length, findings };
}

function usageOf(
  { usage }: TaskResult,
  judgements: readonly Judgement[],
): Pick<RunReport, 'cost_usd' | 'judges_cost_usd' | 'tokens'> {
  const judges = judgements.map((each) => each.usage);
  const tokens = judges.reduce((sum, each) => sum + each.total_tokens, usage.total_tokens);
  const judged = judges.reduce<number | undefined>((sum, { cost_usd: cost }) => added(sum, cost), 0);
  const cost = added(usage.cost_usd, judged);
  return {
    tokens,
    ...(judges.length > 0 && judged !== undefined && { judges_cost_usd: judged }),
    ...(cost !== undefined && { cost_usd: cost }),
  };
}

/** What is not known stays so. */
export function added(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}

function failedRun(evalCase: EvalCase, message: string): RunReport {
  return {
    ...verdictOf([runFault(message, placeOf(evalCase, []))]),
    nodes: [],
    edges: [],
    cost_usd: 0,
    tokens: 0,
    latency_ms: 0,
  };
}

function runFault(message: string, at: string): EvalFinding {
  return { expectation: 'run', passed: false, score: 0, message, at };
}
