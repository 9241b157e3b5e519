import { z } from 'zod';
import type { Failure } from '../../errors/index.ts';
import { Id, JsonSchema } from '../../manifest/index.ts';
import { judge, judgeValue, type Repair, type Verdict } from '../json/index.ts';
import { toViolation } from './adapter.ts';
import { fail, issuesOf, quote, sentencesOf } from './failures.ts';
import { lossesOf } from './losses.ts';

const maxSteps = 100;

/** Models write `null` for what they leave out. A step is strict: a misspelt field would change what is done. */
const Step = z.strictObject({
  id: Id,
  tool: z.string().min(1),
  arguments: z.record(z.string(), z.unknown()).nullish(),
  reason: z.string().nullish(),
  depends_on: z.array(z.string()).nullish(),
  on_error: z.enum(['stop', 'continue', 'retry']).nullish(),
  result_field: Id.nullish(),
});
type Step = z.infer<typeof Step>;

const ToolPlan = z.object({ steps: z.array(Step).max(maxSteps) });
type ToolPlan = z.infer<typeof ToolPlan>;
let keptSchema: JsonSchema | undefined;

/** Made for the first plan. */
function planSchema(): JsonSchema {
  keptSchema ??= JsonSchema.parse(JSON.parse(JSON.stringify(z.toJSONSchema(ToolPlan, { io: 'input' }))));
  return keptSchema;
}

export interface ToolPlanStep {
  readonly id: string;
  readonly tool: string;
  /** As the model wrote them. */
  readonly arguments: unknown;
  readonly dependsOn: readonly string[];
  readonly onError: 'stop' | 'continue' | 'retry';
  readonly resultField?: string;
  /** Why the model wants it. */
  readonly reason?: string;
}

export interface ToolPlanWriter {
  readonly node: string;
  readonly agent: string;
  /** The tools that the agent lists: no others exist for it. */
  readonly tools: readonly string[];
}

/**
 * The steps of a plan that an agent wrote, in the order in which they run: that of the plan, but never before what they
 * depend on. A plan that is text, or not quite one, is repaired, but only without a loss: it says what is to be done. Throws
 * a failure for a plan that cannot be carried out as a whole, before any of it is.
 */
export function readToolPlan(value: unknown, writer: ToolPlanWriter): readonly ToolPlanStep[] {
  const { steps } = planOf(value, writer);
  const problem = sameNames(steps) ?? unknownDependency(steps);
  if (problem !== undefined) return fail(unusable(writer, problem));
  const stray = steps.find(({ tool }) => !writer.tools.includes(tool));
  if (stray !== undefined) return fail(unlisted(writer, stray));
  return inOrder(steps.map(asStep), writer);
}

function planOf(value: unknown, writer: ToolPlanWriter): ToolPlan {
  const asGiven = ToolPlan.safeParse(value);
  if (asGiven.success) return asGiven.data;
  const verdict = typeof value === 'string' ? judge(value, planSchema()) : judgeValue(value, planSchema());
  const repaired = 'repair' in verdict ? ToolPlan.safeParse(verdict.value) : asGiven;
  if (!('repair' in verdict) || !repaired.success) return fail(noPlan(value, writer, verdict));
  if (verdict.repair.lossless) return repaired.data;
  return fail(typeof value === 'string' ? uncertain(writer, verdict.repair) : noPlan(value, writer, verdict));
}

function asStep({ id, tool, arguments: arguments_, depends_on: dependsOn, ...rest }: Step): ToolPlanStep {
  const { on_error: onError, result_field: resultField, reason } = rest;
  return {
    id,
    tool,
    arguments: arguments_ ?? {},
    dependsOn: dependsOn ?? [],
    onError: onError ?? 'stop',
    ...(typeof resultField === 'string' && { resultField }),
    ...(typeof reason === 'string' && { reason }),
  };
}

function sameNames(steps: readonly Step[]): string | undefined {
  const id = firstTwice(steps.map((step) => step.id));
  if (id !== undefined) return `Two of its steps have the id ${quote(id)}.`;
  const field = firstTwice(steps.flatMap(({ result_field: name }) => name ?? []));
  return field === undefined ? undefined : `Two of its steps have the result_field ${quote(field)}.`;
}

function firstTwice(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}

function unknownDependency(steps: readonly Step[]): string | undefined {
  const ids = new Set(steps.map(({ id }) => id));
  for (const { id, depends_on: dependsOn } of steps) {
    const unknown = (dependsOn ?? []).find((name) => !ids.has(name));
    if (unknown !== undefined) return `Step ${quote(id)} depends on ${quote(unknown)}, which is no step of it.`;
  }
  return undefined;
}

function inOrder(steps: readonly ToolPlanStep[], writer: ToolPlanWriter): readonly ToolPlanStep[] {
  const ordered = new Map<string, ToolPlanStep>();
  while (ordered.size < steps.length) {
    const next = steps.find(({ id, dependsOn }) => !ordered.has(id) && dependsOn.every((name) => ordered.has(name)));
    if (next === undefined) {
      const left = steps.filter(({ id }) => !ordered.has(id)).map(({ id }) => quote(id));
      return fail(unusable(writer, `Its steps ${left.join(', ')} wait for each other.`));
    }
    ordered.set(next.id, next);
  }
  return [...ordered.values()];
}

function noPlan(value: unknown, { node }: ToolPlanWriter, verdict: Verdict): Failure {
  const isText = typeof value === 'string' && 'category' in verdict && verdict.category === 'major';
  const zodIssues = ToolPlan.safeParse(value).error?.issues.map(toViolation) ?? [];
  const violations = typeof value === 'string' && 'findings' in verdict ? verdict.findings : zodIssues;
  return {
    code: 'tool.invalid_input',
    message: isText
      ? `The output of "${node}" is a text and no tool plan.`
      : `The output of "${node}" is no tool plan: ${sentencesOf(violations)}`,
    hint: isText
      ? 'Give its agent an output_schema that asks for a tool plan.'
      : 'Let the output_schema of its agent ask for { steps: [{ id, tool, arguments }] }.',
    details: { issues: issuesOf(violations) },
  };
}

function uncertain({ node }: ToolPlanWriter, repair: Repair): Failure {
  const losses = lossesOf(repair);
  return {
    code: 'tool.invalid_input',
    message: `The tool plan of "${node}" is not carried out, since it had to be guessed at: ${sentencesOf(losses)}`,
    hint: 'Ask for the plan once more, as whole, valid JSON.',
    details: { issues: issuesOf(losses) },
  };
}

function unusable({ node }: ToolPlanWriter, sentence: string): Failure {
  return {
    code: 'tool.invalid_input',
    message: `The tool plan of "${node}" cannot be carried out. ${sentence}`,
    hint: 'Say in the prompt of its agent how steps are named and ordered.',
  };
}

function unlisted({ agent, tools }: ToolPlanWriter, { id, tool }: Step): Failure {
  return {
    code: 'permission.denied',
    message: `Step ${quote(id)} of the tool plan names ${quote(tool)}, which is no tool of the agent "${agent}".`,
    hint: `It has ${tools.map((name) => `"${name}"`).join(', ')}; add the tool to its list, or say in its prompt what it has.`,
    details: { level: 'agent', rule: `agents.${agent}.tools`, step: id, tool },
  };
}
