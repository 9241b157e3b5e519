import { z } from 'zod';
import {
  isEngineError,
  type Engine,
  type EngineEvent,
  type EvalCase,
  type TaskResult,
  type TaskUsage,
} from '../../index.ts';
import type { EvalFinding } from './eval-report.ts';
import { finding, shown } from './finding.ts';

type JudgeSpec = Extract<NonNullable<EvalCase['spec']['expect']['judge']>, { readonly agent: string }>;

type Call = (EngineEvent & { type: 'llm.responded' })['data'];

/** Opens the project with one agent as its whole workflow; the number tells the judges of a run apart. */
export type OpenJudge = (agent: string, number: number) => Promise<Engine>;

export interface Judgement {
  readonly finding: EvalFinding;
  readonly usage: TaskUsage;
}

/** What the schema of a judge has to promise; it may say more. */
const Verdict = z.object({ pass: z.boolean(), why: z.string(), score: z.number().min(0).max(1).exactOptional() });

/** The agents that judge cases, each once. */
export function judgesOf(cases: readonly EvalCase[]): ReadonlySet<string> {
  return new Set(cases.flatMap(({ spec }) => [spec.expect.judge ?? []].flat()).map(({ agent }) => agent));
}

/**
 * Has the output of a task judged, by one judge after the other: each is a task of its own, in which tools only look. One that
 * cannot be asked is a finding like any other: what the task came to, and what it cost, is not lost with it.
 */
export async function askJudges(evalCase: EvalCase, output: unknown, open: OpenJudge): Promise<readonly Judgement[]> {
  const { judge } = evalCase.spec.expect;
  if (judge === undefined) return [];
  const isList = Array.isArray(judge);
  const judgements: Judgement[] = [];
  for (const [index, spec] of (isList ? judge : [judge]).entries()) {
    const met = finding(evalCase, isList ? ['judge', index] : ['judge']);
    const spent: Spent = { usage: noUsage };
    try {
      const result = await ask(spec, { evalCase, output, spent }, () => open(spec.agent, index + 1));
      judgements.push({ finding: findingOf(met, spec, result), usage: result.usage });
    } catch (error) {
      if (!isEngineError(error)) throw error;
      judgements.push({ finding: notJudged(met, spec.agent, `${error.code}: ${error.message}`), ...spent });
    }
  }
  return judgements;
}

/** What the models of a judge have answered for, also where it comes to no end. */
interface Spent {
  usage: TaskUsage;
}

const noUsage: TaskUsage = { prompt_tokens: 0, completion_tokens: 0, cached_tokens: 0, total_tokens: 0, cost_usd: 0 };

interface Asking {
  readonly evalCase: EvalCase;
  readonly output: unknown;
  readonly spent: Spent;
}

async function ask(
  { criteria }: JudgeSpec,
  { evalCase, output, spent }: Asking,
  open: () => Promise<Engine>,
): Promise<TaskResult> {
  const engine = await open();
  engine.events$.subscribe((event) => {
    if (event.type === 'llm.responded') spent.usage = withCall(spent.usage, event.data);
  });
  try {
    const request = { criteria, request: evalCase.spec.input, output: output ?? null };
    return await engine.runOne(request, { mode: 'analysis_only' });
  } finally {
    await engine.close();
  }
}

/** Of a model without a price nobody knows what it cost. */
function withCall(
  before: TaskUsage,
  { inputTokens = 0, outputTokens = 0, cachedTokens = 0, costUsd }: Call,
): TaskUsage {
  const { cost_usd: cost, ...tokens } = before;
  return {
    prompt_tokens: tokens.prompt_tokens + inputTokens,
    completion_tokens: tokens.completion_tokens + outputTokens,
    cached_tokens: tokens.cached_tokens + cachedTokens,
    total_tokens: tokens.total_tokens + inputTokens + outputTokens,
    ...(cost !== undefined && costUsd !== undefined && { cost_usd: cost + costUsd }),
  };
}

function findingOf(met: EvalFinding, { agent, min_score: least }: JudgeSpec, result: TaskResult): EvalFinding {
  const verdict = Verdict.safeParse(result.output);
  if (result.status !== 'completed' || !verdict.success) return unjudged(met, agent, result);
  const { pass, why, score } = verdict.data;
  const passed = least === undefined ? pass : score !== undefined && score >= least;
  const counted = score ?? (passed ? 1 : 0);
  if (passed) return { ...met, score: counted, message: `"${agent}": ${why}` };
  const wanted = least === undefined ? `"${agent}" to be content` : `a score of at least ${least} from "${agent}"`;
  const given = least === undefined ? '' : `${score === undefined ? 'none' : score}: `;
  return { ...met, passed: false, score: counted, message: `expected ${wanted}, got ${given}${why}` };
}

function unjudged(met: EvalFinding, agent: string, { status, output, failures }: TaskResult): EvalFinding {
  const [failure] = failures;
  const got = failure === undefined ? `${status} with ${shown(output)}` : `${failure.code}: ${failure.message}`;
  return notJudged(met, agent, got);
}

function notJudged(met: EvalFinding, agent: string, got: string): EvalFinding {
  return { ...met, passed: false, score: 0, message: `expected a verdict of "${agent}", got ${got}` };
}
