import { planTask, type PlannedBudget, type RunPlan } from '../../engine/index.ts';
import type { CliContext, Output } from '../context.ts';
import { decisionLines } from '../text/decision-text.ts';
import { exitCodes } from '../exit-codes.ts';
import { costText, countText } from '../text/format-values.ts';
import { checkPipeline } from '../input/known-pipeline.ts';
import { loadValidProject } from '../open-engine.ts';
import { overrideRows } from '../text/override-rows.ts';
import { overridesFrom } from '../input/overrides.ts';
import { writeJson } from '../text/output-text.ts';
import { worstCaseRows } from '../path-facts.ts';
import { safeLine } from '../text/safe-text.ts';
import { tableLines } from '../text/table.ts';
import { readRequest } from '../input/request.ts';
import { modeOf, type RunArguments, type RunOptions } from './run-options.ts';

/** Says what a run would be, and runs nothing. */
export async function plan(
  context: CliContext,
  { directory, request }: RunArguments,
  options: RunOptions,
): Promise<number> {
  const compiled = await loadValidProject(context, directory);
  checkPipeline([...compiled.pipelines.keys()], options.pipeline);
  const { default_request: input = null } = compiled.project.engine;
  const isGiven = request.length > 0 || options.input !== undefined;
  const given = isGiven
    ? await readRequest(context, {
        directory,
        words: request,
        ...(options.input !== undefined && { input: options.input }),
      })
    : { value: input };
  const mode = modeOf(options);
  const found = await planTask(compiled, {
    directory,
    environment: context.environment,
    input: given.value,
    tags: options.tag ?? [],
    ...(mode !== undefined && { mode }),
    ...(options.pipeline !== undefined && { pipeline: options.pipeline }),
    ...(await overridesFrom(context, options)),
  });
  if (options.json === true) writeJson(context.stdout, found);
  else {
    if (options.explainRouting === true)
      context.stdout.write(`${decisionLines(found.routing, context.stdout).join('\n')}\n\n`);
    writePlan(context.stdout, found);
  }
  return exitCodes.success;
}

function writePlan(output: Output, found: RunPlan): void {
  const { pipeline, reason, stages, worst_case: worst, budgets, request_reader: reader } = found;
  const { bold, dim } = output.colors;
  const block = (title: string, rows: readonly (readonly string[])[]): void => {
    output.write(`\n${bold(title)}\n`);
    const cells = rows.map((row) => row.map((text, at) => [`${at === 0 ? '  ' : ''}${safeLine(text)}`] as const));
    for (const line of tableLines(cells, output)) output.write(`${line}\n`);
  };
  output.write(`${bold(`Pipeline ${safeLine(pipeline)}`)}  ${dim(reason)}\n`);
  const overrides = overrideRows(found);
  if (overrides.length > 0) block('Overrides', overrides);
  if (reader !== undefined)
    output.write(
      `\n${dim(`A run also asks agent ${safeLine(reader)} for overrides in the request; a plan asks no model.`)}\n`,
    );
  block(
    `${countText(stages.length, 'stage')}, of which a run may skip some`,
    stages.map(({ stage, type, agent, tool, model }) => {
      const who = agent ?? tool ?? '';
      return [stage, type, model === undefined ? who : `${who}, model ${model}`];
    }),
  );
  block(
    'The most that the run can come to',
    worstCaseRows(worst).map(({ name, text }) => [name, text]),
  );
  const none = [['none: nothing fails a stage before that']];
  block('Budgets', budgets.length === 0 ? none : budgets.map(budgetRow));
}

function budgetRow(budget: PlannedBudget): readonly string[] {
  const { scope, id, max_cost_usd: cost, max_tokens_total: tokens } = budget;
  const limits = [
    ...(cost === undefined ? [] : [costText(cost)]),
    ...(tokens === undefined ? [] : [countText(tokens, 'token')]),
  ];
  return [`${scope} ${id}`, limits.join(', '), effectOf(budget)];
}

function effectOf({
  scope,
  on_exceeded: onExceeded,
  degrade_to: alias,
  is_exceeded: isExceeded,
}: PlannedBudget): string {
  const effect = onExceeded === 'degrade' ? `goes on with ${alias ?? ''}` : 'fails the stage';
  if (isExceeded === false) return 'enough for the worst case';
  return scope === 'task' && isExceeded === true ? `${effect} before the worst case` : `${effect} when it is used up`;
}
