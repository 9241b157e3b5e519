import path from 'node:path';
import { EngineError, verifyAuditLogs, type AuditReport } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { countText } from '../text/format-values.ts';
import { writeJson } from '../text/output-text.ts';
import { safeLine } from '../text/safe-text.ts';

export interface AuditVerifyOptions {
  readonly expect?: string;
  readonly json?: boolean;
}

/** Checks the chain of one audit log, or of all those of a project. */
export async function auditVerify(context: CliContext, place = '.', options: AuditVerifyOptions): Promise<number> {
  const reports = await verifyAuditLogs(path.resolve(context.directory, place), {
    environment: context.environment,
    ...(options.expect !== undefined && { expected: hashIn(options.expect) }),
  });
  if (options.json === true) writeJson(context.stdout, reports);
  else for (const report of reports) writeReport(context, report);
  const broken = reports.find(({ ok }) => !ok);
  if (broken === undefined) return exitCodes.success;
  const { file, problems } = broken;
  throw new EngineError(
    'SECURITY_AUDIT_BROKEN',
    `The audit log "${file}" is not as it was written: ${countText(problems.length, 'problem')}.`,
    { hint: 'Keep the file as it is, and compare it with a copy.', details: { file } },
  );
}

function writeReport({ stdout }: CliContext, report: AuditReport): void {
  const { file, entries, lastHash, torn, expected, problems } = report;
  const { red, dim } = stdout.colors;
  stdout.write(`${safeLine(file)}: ${entries} ${entries === 1 ? 'entry' : 'entries'}, last hash ${lastHash}\n`);
  if (torn > 0) stdout.write(dim(`  ${countText(torn, 'line')} torn off when a writer was killed, as the log tells\n`));
  if (expected === 'earlier') stdout.write(dim('  the expected hash is that of an earlier entry\n'));
  for (const { line, kind, message } of problems) stdout.write(`  line ${line}: ${red(kind)}: ${safeLine(message)}\n`);
}

function hashIn(text: string): string {
  const hash = text.toLowerCase();
  if (/^[0-9a-f]{64}$/u.test(hash)) return hash;
  throw new EngineError('HOST_USAGE', `"${text}" is no hash of an audit log.`, {
    hint: 'Pass the 64 digits that "audit verify" printed before.',
  });
}
