import { formatProblem, loadProject, problemsToJson, type LoadedProject, type Palette } from '../../engine/index.ts';
import type { CliContext, Output } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { countText } from '../format-values.ts';
import { writeJson } from '../output-text.ts';

export interface ValidateOptions {
  readonly json?: boolean;
}

/** Reports every problem of a project. The report is the result, so it goes to stdout. */
export async function validate(context: CliContext, directory: string, options: ValidateOptions): Promise<number> {
  const loaded = await loadProject(directory, { environment: context.environment });
  const { errors, warnings } = countProblems(loaded);
  if (options.json === true) {
    const problems = problemsToJson(loaded.problems, loaded.sources);
    writeJson(context.stdout, { directory: loaded.directory, valid: errors === 0, errors, warnings, problems });
  } else {
    writeProblems(context.stdout, loaded);
    context.stdout.write(`${closingLine(loaded, context.stdout)}\n`);
  }
  return errors === 0 ? exitCodes.success : exitCodes.failure;
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
