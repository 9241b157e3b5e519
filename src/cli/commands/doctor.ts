import path from 'node:path';
import { examine, type Finding } from '../../engine/index.ts';
import type { CliContext, Output } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { isProject } from '../find-project.ts';
import { writeJson } from '../text/output-text.ts';
import { symbolsFor } from '../progress/symbols.ts';
import { safeText } from '../text/safe-text.ts';
import { asCalled } from '../text/shell-words.ts';

export interface DoctorOptions {
  readonly json?: boolean;
}

/** Says what is there and what is missing; the report is the result. */
export async function doctor(context: CliContext, named: string | undefined, { json }: DoctorOptions): Promise<number> {
  const { directory, environment, stdout } = context;
  const project = named ?? ((await isProject(directory)) ? '.' : undefined);
  const findings = await examine({
    directory,
    environment,
    ...(project !== undefined && { project: path.resolve(directory, project) }),
  });
  const isWell = findings.every(({ status }) => status !== 'broken');
  if (json === true) writeJson(stdout, { ok: isWell, findings });
  else {
    for (const finding of findings) stdout.write(`${findingText(finding, context)}\n`);
    stdout.write(`\n${closingLine(isWell, stdout)}\n`);
  }
  return isWell ? exitCodes.success : exitCodes.failure;
}

const checkWidth = 7;

function findingText({ check, status, text, todo }: Finding, { stdout, environment, program }: CliContext): string {
  const { cyan, bold, green, yellow, red } = stdout.colors;
  const symbols = symbolsFor(environment);
  const marks = { ok: green(symbols.done), note: yellow(symbols.skipped), broken: red(symbols.failed) };
  const order =
    todo === undefined ? '' : `\n${' '.repeat(checkWidth + 4)}${cyan('help:')} ${safeText(asCalled(todo, program))}`;
  return `${marks[status]} ${bold(check.padEnd(checkWidth))}  ${safeText(text)}${order}`;
}

function closingLine(isWell: boolean, { colors }: Output): string {
  return isWell
    ? colors.green('Everything that is needed is there.')
    : colors.red('Something that is needed does not work.');
}
