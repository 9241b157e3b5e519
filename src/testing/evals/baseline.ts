import { z } from 'zod';
import { EngineError } from '../../index.ts';
import type { CaseComparison, CaseReport, EvalReport } from './eval-report.ts';

const BaselineCase = z.strictObject({
  status: z.enum(['passed', 'failed']),
  score: z.number(),
  cost_usd: z.number().exactOptional(),
  tokens: z.number(),
});
type BaselineCase = z.infer<typeof BaselineCase>;

/** What cases came to once, to hold later runs against. */
export const EvalBaseline = z.strictObject({ version: z.literal(1), cases: z.record(z.string(), BaselineCase) });
export type EvalBaseline = z.infer<typeof EvalBaseline>;

/** Reads the text of a baseline file. Throws HOST_BASELINE_INVALID. */
export function parseBaseline(text: string, file: string): EvalBaseline {
  try {
    return EvalBaseline.parse(JSON.parse(text));
  } catch (cause) {
    throw new EngineError('HOST_BASELINE_INVALID', `The file "${file}" is no baseline of an eval.`, {
      hint: 'Write a new one with --save-baseline.',
      cause,
    });
  }
}

/** The cases that were run whole, in the order of their names: same cases, same file. Of others it keeps what another one has. */
export function baselineOf({ cases }: EvalReport, kept?: EvalBaseline): EvalBaseline {
  const now = cases.flatMap(({ id, status, score, cost_usd: cost, tokens }) =>
    status === 'not_run'
      ? []
      : [
          [
            id,
            { status, score: rounded(score), ...(cost !== undefined && { cost_usd: rounded(cost) }), tokens },
          ] as const,
        ],
  );
  const entries = [...new Map<string, BaselineCase>([...Object.entries(kept?.cases ?? {}), ...now])];
  return { version: 1, cases: Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1))) };
}

/** Six digits are more than anybody reads, and hide what additions in another order do. */
function rounded(value: number): number {
  return Number(value.toFixed(6));
}

export interface CompareOptions {
  /** How much worse a case may be: its score by so much, its cost and tokens by so large a part. Default: 0.1. */
  readonly tolerance?: number;
  /** Whether all cases of the project were chosen, so that those the report lacks are gone. Default: true. */
  readonly isWhole?: boolean;
}

const defaultTolerance = 0.1;

/** The report with what is better and worse than a baseline; a case that is worse is a failure. */
export function compareWithBaseline(
  report: EvalReport,
  { cases: before }: EvalBaseline,
  { tolerance = defaultTolerance, isWhole = true }: CompareOptions = {},
): EvalReport {
  const compared = report.cases.flatMap((now): CaseComparison[] => {
    if (now.status === 'not_run') return [];
    const then = Object.hasOwn(before, now.id) ? before[now.id] : undefined;
    return [then === undefined ? { id: now.id, change: 'new', reasons: [] } : compareCase(now, then, tolerance)];
  });
  const ids = new Set(report.cases.map(({ id }) => id));
  const gone = Object.keys(before).filter((id) => isWhole && !ids.has(id));
  const comparison = [...compared, ...gone.map((id): CaseComparison => ({ id, change: 'gone', reasons: [] }))];
  return { ...report, passed: report.passed && comparison.every(({ change }) => change !== 'worse'), comparison };
}

function compareCase(now: CaseReport, then: BaselineCase, tolerance: number): CaseComparison {
  const { id } = now;
  const [worse, better] = [
    [...statusReasons(then, now, 'passed'), ...amountReasons(then, now, { tolerance, sign: 1 })],
    [...statusReasons(then, now, 'failed'), ...amountReasons(then, now, { tolerance, sign: -1 })],
  ];
  if (worse.length > 0) return { id, change: 'worse', reasons: worse };
  return { id, change: better.length > 0 ? 'better' : 'same', reasons: better };
}

function statusReasons(then: BaselineCase, now: CaseReport, before: BaselineCase['status']): readonly string[] {
  return then.status === before && now.status !== before ? [`${then.status} → ${now.status}`] : [];
}

interface Direction {
  readonly tolerance: number;
  /** 1 for what is worse, -1 for what is better. */
  readonly sign: 1 | -1;
}

function amountReasons(then: BaselineCase, now: CaseReport, { tolerance, sign }: Direction): readonly string[] {
  const reasons: string[] = [];
  if (sign * (then.score - now.score) > tolerance + 1e-6)
    reasons.push(`score ${then.score.toFixed(2)} → ${now.score.toFixed(2)}`);
  const grows = (before: number, after: number): boolean => sign * (after - before) > before * tolerance + 1e-6;
  const { cost_usd: costThen } = then;
  const { cost_usd: costNow } = now;
  if (costThen !== undefined && costNow !== undefined && grows(costThen, costNow))
    reasons.push(`cost $${costThen.toFixed(6)} → $${costNow.toFixed(6)}`);
  if (grows(then.tokens, now.tokens)) reasons.push(`tokens ${then.tokens} → ${now.tokens}`);
  return reasons;
}
