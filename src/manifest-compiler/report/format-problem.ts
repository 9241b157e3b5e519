import type { Problem } from '../../errors/index.ts';
import { codeFrame } from './code-frame.ts';
import { locate, rangeOfProblem } from './locate.ts';
import { plainPalette, type Palette } from './palette.ts';
import { printable } from './quote.ts';
import type { SourceMap } from './source.ts';

export interface FormatOptions {
  /** Without one nothing is coloured. */
  readonly palette?: Palette;
}

/** A problem as people read it: where it is, what is wrong, the line itself, and the way out. */
export function formatProblem(problem: Problem, sources: SourceMap, options: FormatOptions = {}): string {
  const palette = options.palette ?? plainPalette;
  const source = sources.get(problem.file);
  const { line, column } = locate(problem, sources);
  const place = source === undefined ? '' : `:${line}:${column}`;
  const severity = palette[problem.severity](problem.severity);
  return [
    `${severity} ${palette.code(problem.code)} ${palette.place(`${printable(problem.file)}${place}`)}`,
    `  ${problem.message}`,
    ...(source === undefined || source.text.trim() === ''
      ? []
      : codeFrame(source, rangeOfProblem(problem, source), palette)),
    ...(problem.hint === undefined ? [] : [`  ${palette.help('help:')} ${problem.hint}`]),
  ].join('\n');
}
