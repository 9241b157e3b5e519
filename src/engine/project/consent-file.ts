import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { EngineError } from '../../errors/index.ts';
import { hashOf, type ConsentAnswer, type ConsentQuestion } from '../../hosts/index.ts';
import { loneIds } from '../../services/index.ts';
import { tellSinks } from './project-sinks.ts';
import { findStateDirectory } from './state-directory.ts';

/*
 * Answers that hold for a whole project: lines of a file of their own in the state directory. Lines are only added, so that it
 * tells who allowed what, and when that was revoked.
 */

const Remembered = z.object({
  v: z.literal(1),
  do: z.literal('remember'),
  id: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  tool: z.string(),
  action: z.enum(['allow', 'deny']),
  likeness: z.string(),
  /** Of a command, which the answer holds for as it is. */
  command: z.string().exactOptional(),
  arguments: z.unknown().optional(),
  task: z.string(),
  stage: z.string(),
  comment: z.string().exactOptional(),
});
const Revoked = z.object({ v: z.literal(1), do: z.literal('revoke'), id: z.string(), at: z.number() });
const Line = z.discriminatedUnion('do', [Remembered, Revoked]);
type Line = z.infer<typeof Line>;

/** An answer that is remembered for a project. */
export interface RememberedConsent {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly tool: string;
  readonly action: 'allow' | 'deny';
  readonly command?: string;
  readonly arguments?: unknown;
  readonly task: string;
  readonly stage: string;
  readonly comment?: string;
}

export interface ConsentFile {
  find(likeness: string): ConsentAnswer | undefined;
  /** Writes nothing when this very answer was written before, be it revoked since. */
  remember(given: GivenConsent): void;
}

interface GivenConsent {
  readonly task: string;
  readonly stage: string;
  readonly question: ConsentQuestion;
  readonly answer: ConsentAnswer;
}

export function createConsentFile(stateDirectory: string, now: () => number): ConsentFile {
  const file = fileIn(stateDirectory);
  return consentsIn({ read: () => readLines(file), add: (line) => addLine(file, line) }, now);
}

/** Remembers as long as the process lives. */
export function createConsentMemory(now: () => number): ConsentFile {
  const lines: Line[] = [];
  return consentsIn({ read: () => lines, add: (line) => void lines.push(line) }, now);
}

interface Lines {
  readonly read: () => readonly Line[];
  readonly add: (line: Line) => void;
}

function consentsIn({ read, add }: Lines, now: () => number): ConsentFile {
  return {
    find(likeness) {
      const found = standing(read()).findLast((line) => line.likeness === likeness);
      if (found === undefined) return undefined;
      const { action, comment } = found;
      return { action, remember: 'project', by: 'remembered', ...(comment !== undefined && { comment }) };
    },
    remember({ task, stage, question, answer }) {
      const { tool, likeness, command } = question;
      const id = hashOf(JSON.stringify([task, stage, question.id])).slice(0, 12);
      if (read().some((line) => line.id === id)) return;
      add({
        v: 1,
        do: 'remember',
        id,
        at: now(),
        tool,
        action: answer.action,
        likeness,
        ...(command !== undefined && { command, arguments: question.arguments }),
        task,
        stage,
        ...(answer.comment !== undefined && { comment: answer.comment }),
      });
    },
  };
}

function standing(lines: readonly Line[]): readonly z.infer<typeof Remembered>[] {
  const revoked = new Set(lines.flatMap((line) => (line.do === 'revoke' ? [line.id] : [])));
  return lines.flatMap((line) => (line.do === 'remember' && !revoked.has(line.id) ? [line] : []));
}

/** Answers that are remembered for a project, the first one at the front. Throws MANIFEST_* for what is no project. */
export async function listConsents(directory: string): Promise<readonly RememberedConsent[]> {
  const { path: stateDirectory } = await findStateDirectory(directory);
  return standing(readLines(fileIn(stateDirectory))).map(({ v: _v, do: _do, likeness: _likeness, ...kept }) => kept);
}

/**
 * Has a remembered answer hold no more, and tells the sinks of the project; the answer says why they were not told, if they were
 * not. Throws SECURITY_CONSENT_UNKNOWN, and as `listConsents` does.
 */
export async function revokeConsent(directory: string, id: string): Promise<string | undefined> {
  const { path: stateDirectory } = await findStateDirectory(directory);
  const file = fileIn(stateDirectory);
  const revoked = standing(readLines(file)).find((line) => line.id === id);
  if (revoked === undefined) {
    throw new EngineError('SECURITY_CONSENT_UNKNOWN', `No answer with the id "${id}" is remembered for the project.`, {
      hint: 'See those that are with: agent-engine consent list',
    });
  }
  const at = Date.now();
  addLine(file, { v: 1, do: 'revoke', id, at });
  const { tool, action: answer, task, stage } = revoked;
  const eventId = `revoked/${id}`;
  return await tellSinks(directory, {
    id: eventId,
    type: 'security.consent_revoked',
    v: 1,
    time: at,
    seq: 0,
    taskId: '',
    ...loneIds(eventId),
    data: { consent: id, tool, answer, task, stage },
  });
}

function fileIn(stateDirectory: string): string {
  return path.join(stateDirectory, 'consents.jsonl');
}

/** What cannot be read allows nothing. */
function readLines(file: string): readonly Line[] {
  return textOf(file)
    .split('\n')
    .flatMap((text) => {
      const line = Line.safeParse(parsed(text));
      return line.success ? [line.data] : [];
    });
}

/** In one write, behind a line end of its own: a line that a crash cut off must not take this one with it. */
function addLine(file: string, line: Line): void {
  const before = textOf(file);
  const start = before === '' || before.endsWith('\n') ? '' : '\n';
  appendFileSync(file, `${start}${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
