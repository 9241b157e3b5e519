import { listConsents, revokeConsent, type RememberedConsent } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { findProject } from '../find-project.ts';
import { timeText } from '../text/format-values.ts';
import { writeJson } from '../text/output-text.ts';
import { fitWidth, safeLine } from '../text/safe-text.ts';
import { tableLines, type Cell } from '../text/table.ts';

export interface ConsentOptions {
  readonly project?: string;
  readonly json?: boolean;
}

const longestCall = 80;

/** Lists the answers that hold for all tasks of a project. */
export async function listConsent(context: CliContext, options: ConsentOptions): Promise<number> {
  const { stdout } = context;
  const kept = await listConsents(await findProject(context, options.project));
  if (options.json === true) writeJson(stdout, kept);
  else if (kept.length === 0) stdout.write('No answer is remembered for the project.\n');
  else {
    const head = ['ID', 'ANSWER', 'TOOL', 'SINCE', 'TASK'].map((name): Cell => [name, stdout.colors.bold]);
    stdout.write(`${tableLines([head, ...kept.map((one) => rowOf(one, context))], stdout).join('\n')}\n`);
  }
  return exitCodes.success;
}

function rowOf(
  { id, action, tool, command, arguments: given, at, task }: RememberedConsent,
  context: CliContext,
): Cell[] {
  const { colors } = context.stdout;
  const call = command === undefined ? tool : `${tool}: ${command} ${JSON.stringify(given)}`;
  const paint = action === 'allow' ? colors.green : colors.red;
  return [[id], [action, paint], [fitWidth(safeLine(call), longestCall)], [timeText(at), colors.dim], [task]];
}

/** Has people asked again. */
export async function revoke(context: CliContext, id: string, { project }: ConsentOptions): Promise<number> {
  const untold = await revokeConsent(await findProject(context, project), id);
  context.stdout.write(`The answer ${id} holds no more: people are asked again.\n`);
  if (untold !== undefined) {
    context.stderr.write(`The audit log and other sinks of the project were not told: ${safeLine(untold)}\n`);
  }
  return exitCodes.success;
}
