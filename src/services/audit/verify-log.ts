import { createReadStream, existsSync } from 'node:fs';
import { createAuditCheck, type AuditCheck, type AuditProblem } from './audit-check.ts';
import { readEntry } from './chain.ts';

export interface AuditReport {
  readonly file: string;
  readonly ok: boolean;
  /** Number of the last entry. */
  readonly entries: number;
  /** Its hash, to be noted elsewhere: entries that were cut off at the end can be told by nothing else. */
  readonly lastHash: string;
  /** Lines that a killed writer left unfinished, and that the log itself tells of. */
  readonly torn: number;
  /** Where the expected hash is. */
  readonly expected?: 'last' | 'earlier' | 'missing';
  /** By line. */
  readonly problems: readonly AuditProblem[];
}

/** Checks the chain of an audit log; one that is not there has no entries. Rejects with the error of the system when it cannot be read. */
export async function verifyAuditLog(file: string, expected?: string): Promise<AuditReport> {
  const check = createAuditCheck();
  let hasExpected = false;
  let lines = 0;
  for await (const { bytes, isEnded } of linesIn(file)) {
    lines += 1;
    const place = check.end.n;
    // A last line that is whole but for its line end is as good as the others.
    if (!isEnded && readEntry(bytes.toString()) === undefined) {
      return reportOf(file, check, { expected, hasExpected, torn: lines });
    }
    check.take(bytes);
    hasExpected ||= check.end.n !== place && check.end.hash === expected;
  }
  return reportOf(file, check, { expected, hasExpected });
}

interface Found {
  readonly expected: string | undefined;
  readonly hasExpected: boolean;
  /** The line that has no end. */
  readonly torn?: number;
}

function reportOf(file: string, { problems, end, torn }: AuditCheck, found: Found): AuditReport {
  const all = [...problems, ...tornProblems(found.torn), ...cutProblems(found, end.n)];
  const place = end.hash === found.expected ? 'last' : 'earlier';
  return {
    file,
    ok: all.length === 0,
    entries: end.n,
    lastHash: end.hash,
    torn,
    ...(found.expected !== undefined && { expected: found.hasExpected ? place : 'missing' }),
    problems: all,
  };
}

function tornProblems(line: number | undefined): readonly AuditProblem[] {
  if (line === undefined) return [];
  const message = 'The last line has no end: its writer was killed, is at it now, or the file was cut.';
  return [{ line, kind: 'torn', message }];
}

function cutProblems({ expected, hasExpected }: Found, entries: number): readonly AuditProblem[] {
  if (expected === undefined || hasExpected) return [];
  const message = `No entry has the expected hash ${expected}: what it stood for was changed or cut off.`;
  return [{ line: entries, kind: 'cut', message }];
}

interface Line {
  readonly bytes: Buffer;
  readonly isEnded: boolean;
}

async function* linesIn(file: string): AsyncGenerator<Line> {
  let rest: Buffer[] = [];
  if (!existsSync(file)) return;
  const chunks: AsyncIterable<Buffer> = createReadStream(file);
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, start)) {
      yield { bytes: Buffer.concat([...rest, chunk.subarray(start, at)]), isEnded: true };
      rest = [];
      start = at + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
  if (rest.length > 0) yield { bytes: Buffer.concat(rest), isEnded: false };
}
