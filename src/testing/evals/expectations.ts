import type { EvalCase, LoadedEvals, StageRecord } from '../../index.ts';
import type { EvalFinding } from './eval-report.ts';
import { firstDifference } from './first-difference.ts';
import { finding, shown, type Outcome } from './finding.ts';

type Expect = EvalCase['spec']['expect'];
type Check = (outcome: Outcome, expect: Expect, evals: Pick<LoadedEvals, 'schemaFindings'>) => readonly EvalFinding[];

/** How each expectation is looked at; the judge has to be asked, which is done elsewhere. */
const checks = {
  status: checkStatus,
  schema: checkSchema,
  contains: (outcome, { contains }) => textFindings(outcome, contains, 'contains'),
  excludes: (outcome, { excludes }) => textFindings(outcome, excludes, 'excludes'),
  equals: checkEquals,
  when: checkConditions,
  path: checkPath,
  cost: checkCost,
  judge: () => [],
} as const satisfies Record<keyof Expect, Check>;

/** All that is expected of a run, met or not, but for what judges say. */
export function checkExpectations(
  outcome: Outcome,
  evals: Pick<LoadedEvals, 'schemaFindings'>,
): readonly EvalFinding[] {
  const { expect } = outcome.case.spec;
  return Object.values(checks).flatMap((check: Check) => check(outcome, expect, evals));
}

function checkStatus({ case: evalCase, result }: Outcome, { status = 'completed' }: Expect): readonly EvalFinding[] {
  if (result.status === status) return [finding(evalCase, ['status'])];
  const [failure] = result.failures;
  const why = failure === undefined ? '' : ` (${failure.code}: ${failure.message})`;
  return [finding(evalCase, ['status'], `expected the task to end as ${status}, got ${result.status}${why}`)];
}

const shownFindings = 3;

function checkSchema(
  { case: evalCase, result }: Outcome,
  { schema }: Expect,
  { schemaFindings }: Pick<LoadedEvals, 'schemaFindings'>,
): readonly EvalFinding[] {
  if (schema === undefined) return [];
  const found = schemaFindings(schema, result.output);
  if (found.length === 0) return [finding(evalCase, ['schema'])];
  const named = typeof schema === 'string' ? `the schema "${schema}"` : 'the schema';
  const said = found.slice(0, shownFindings).map(({ message }) => message);
  return [
    finding(evalCase, ['schema'], `expected the output to fit ${named}: ${said.join(' ')} Got ${shown(result.output)}`),
  ];
}

function textFindings(
  { case: evalCase, result: { output } }: Outcome,
  wanted: string | readonly string[] | undefined,
  field: 'contains' | 'excludes',
): readonly EvalFinding[] {
  if (wanted === undefined) return [];
  const text = typeof output === 'string' ? output : (JSON.stringify(output) ?? '');
  const isList = typeof wanted !== 'string';
  return (isList ? wanted : [wanted]).map((part, index) => {
    const isMet = text.includes(part) === (field === 'contains');
    const verb = field === 'contains' ? 'to contain' : 'not to contain';
    const fault = isMet ? undefined : `expected the output ${verb} ${JSON.stringify(part)}, got ${shown(output)}`;
    return finding(evalCase, isList ? [field, index] : [field], fault);
  });
}

function checkEquals({ case: evalCase, result }: Outcome, expect: Expect): readonly EvalFinding[] {
  if (!Object.hasOwn(expect, 'equals')) return [];
  return [finding(evalCase, ['equals'], firstDifference(expect.equals, result.output))];
}

function checkConditions(outcome: Outcome, { when }: Expect): readonly EvalFinding[] {
  const { case: evalCase } = outcome;
  return evalCase.conditions.map((condition, index) => {
    const path = typeof when === 'string' ? ['when'] : ['when', index];
    return finding(evalCase, path, faultOf(condition, scopeOf(outcome)));
  });
}

function faultOf(condition: EvalCase['conditions'][number], scope: object): string | undefined {
  const { source } = condition;
  try {
    const value = condition.evaluate({ ...scope });
    return value === true ? undefined : `expected ${source} to be true, got ${shown(value)}`;
  } catch (error) {
    return `expected ${source} to be true, and it cannot be told: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What conditions read. A stage that was never reached is there as skipped, as it is to the stages of a workflow. */
function scopeOf({ case: { spec, conditions }, result }: Outcome): object {
  const views = new Map<string, object>(
    conditions.flatMap(({ stages }) => stages).map((name) => [name, { status: 'skipped', output: null }]),
  );
  for (const record of result.trace) views.set(record.node, viewOf(record));
  return {
    task: { id: result.taskId, mode: spec.mode ?? 'normal', tags: spec.tags ?? [], status: result.status },
    input: spec.input,
    output: result.output ?? null,
    usage: result.usage,
    stages: Object.fromEntries(views),
  };
}

function viewOf({ status, output, choice }: StageRecord): object {
  return { status, output: output ?? null, ...(choice !== undefined && { choice }) };
}

function checkPath({ case: evalCase, nodes, edges }: Outcome, { path }: Expect): readonly EvalFinding[] {
  if (path === undefined) return [];
  const findings: EvalFinding[] = [];
  if (path.nodes !== undefined) {
    const missing = firstOutOfOrder(path.nodes, nodes);
    const fault = `expected the nodes ${path.nodes.join(', ')} to run in this order, got ${nodes.join(', ')}: "${missing ?? ''}" is not where it should be`;
    findings.push(finding(evalCase, ['path', 'nodes'], missing === undefined ? undefined : fault));
  }
  for (const [index, edge] of (path.edges ?? []).entries()) {
    const fault = edges.includes(edge) ? undefined : `expected the edge ${edge} to be taken, got ${edges.join(', ')}`;
    findings.push(finding(evalCase, ['path', 'edges', index], fault));
  }
  for (const [index, name] of (path.avoid ?? []).entries()) {
    const isTaken = name.includes('->') ? edges.includes(name) : nodes.includes(name);
    const fault = isTaken ? `expected "${name}" not to be on the way, got ${nodes.join(', ')}` : undefined;
    findings.push(finding(evalCase, ['path', 'avoid', index], fault));
  }
  return findings;
}

/** The first of the wanted nodes that does not run behind those before it. */
function firstOutOfOrder(wanted: readonly string[], ran: readonly string[]): string | undefined {
  let from = 0;
  for (const name of wanted) {
    const at = ran.indexOf(name, from);
    if (at === -1) return name;
    from = at + 1;
  }
  return undefined;
}

function checkCost({ case: evalCase, result: { usage } }: Outcome, { cost = {} }: Expect): readonly EvalFinding[] {
  const { max_usd: maxUsd, max_tokens: maxTokens } = cost;
  const findings: EvalFinding[] = [];
  if (maxUsd !== undefined) {
    const { cost_usd: usd } = usage;
    const said = usd === undefined ? 'and no price of its models is known' : `got $${usd}`;
    const fault = usd !== undefined && usd <= maxUsd ? undefined : `expected a cost of at most $${maxUsd}, ${said}`;
    findings.push(finding(evalCase, ['cost', 'max_usd'], fault));
  }
  if (maxTokens !== undefined) {
    const { total_tokens: tokens } = usage;
    const fault = tokens <= maxTokens ? undefined : `expected at most ${maxTokens} tokens, got ${tokens}`;
    findings.push(finding(evalCase, ['cost', 'max_tokens'], fault));
  }
  return findings;
}
