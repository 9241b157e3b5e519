import {
  findBubblewrap,
  formatProblem,
  loadProject,
  problemsToJson,
  toolReach,
  type LoadedProject,
  type Palette,
  type PipelineReach,
} from '../../engine/checking.ts';
import type { CliContext, Output } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { countText } from '../text/format-values.ts';
import { reachLines } from '../text/reach-text.ts';
import { writeJson } from '../text/output-text.ts';

export interface ValidateOptions {
  readonly json?: boolean;
}

/** Reports every problem of a project. The report is the result, so it goes to stdout. */
export async function validate(context: CliContext, directory: string, options: ValidateOptions): Promise<number> {
  const loaded = withEvalProblems(await loadProject(directory, { environment: context.environment }));
  const { errors, warnings } = countProblems(loaded);
  if (options.json === true) {
    const problems = problemsToJson(loaded.problems, loaded.sources);
    const reach = reachOf(loaded);
    writeJson(context.stdout, { directory: loaded.directory, valid: errors === 0, errors, warnings, problems, reach });
  } else {
    writeProblems(context.stdout, loaded);
    const reach = reachOf(loaded);
    const lines = reachLines(reach, await aroundOf(reach));
    if (lines.length > 0) context.stdout.write(`${lines.join('\n')}\n\n`);
    context.stdout.write(`${closingLine(loaded, context.stdout)}\n`);
  }
  return errors === 0 ? exitCodes.success : exitCodes.failure;
}

/** The same with what is wrong in evals/, which stands in the way of `eval` alone. */
export function withEvalProblems(loaded: LoadedProject): LoadedProject {
  const { problems, sources, evals } = loaded;
  if (evals.problems.length === 0) return loaded;
  return { ...loaded, problems: [...problems, ...evals.problems], sources: new Map([...sources, ...evals.sources]) };
}

/** A sandbox is looked for where a program would be in it if there is one. */
async function aroundOf(reaches: readonly PipelineReach[]): Promise<{ readonly hasSandbox: boolean }> {
  const isWanted = reaches.some(({ sandboxes }) => Object.values(sandboxes).includes('auto'));
  return { hasSandbox: isWanted && (await findBubblewrap()) !== undefined };
}

/** What each mode can reach; nothing is proved of a project that does not compile. */
function reachOf({ compiled }: LoadedProject): readonly PipelineReach[] {
  if (compiled === undefined) return [];
  return [...compiled.pipelines.values()].map((pipeline) => toolReach(compiled, pipeline));
}

export function writeProblems(output: Output, { problems, sources }: LoadedProject): void {
  const palette = paletteOf(output);
  for (const problem of problems) output.write(`${formatProblem(problem, sources, { palette })}\n\n`);
}

function countProblems({ problems }: LoadedProject): { readonly errors: number; readonly warnings: number } {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: problems.length - errors };
}

function closingLine(loaded: LoadedProject, { colors }: Output): string {
  const { errors, warnings } = countProblems(loaded);
  const paint = errors > 0 ? colors.red : warnings > 0 ? colors.yellow : colors.green;
  return paint(`${countText(errors, 'error')}, ${countText(warnings, 'warning')}`);
}

function paletteOf({ colors }: Output): Palette {
  return {
    error: (text) => colors.red(colors.bold(text)),
    warning: (text) => colors.yellow(colors.bold(text)),
    code: colors.bold,
    place: colors.cyan,
    caret: colors.red,
    dim: colors.dim,
    help: colors.cyan,
  };
}
