import type { ToolEnvironment } from '../adapter.ts';
import type { ChangeRecord, ChangeRecorder } from '../port.ts';
import { hashOf, replaceFile, type Present } from './replace-file.ts';
import { pathInProject, type WritePlace } from './write-place.ts';

/** New content for a place, and what is there. */
export interface NewContent {
  readonly content: Buffer;
  readonly before: Present | undefined;
  /** Awaited when the new content is ready to take the place of the old one; what it throws keeps the old one. */
  readonly lastCheck?: () => Promise<void>;
}

export interface Putting {
  readonly tool: string;
  readonly environment: ToolEnvironment;
  readonly signal: AbortSignal;
  readonly changes?: ChangeRecorder;
}

/** Replaces what is at a place and keeps a record of it; no record when nothing changes. */
export async function putContent(
  putting: Putting,
  place: WritePlace,
  { content, before, lastCheck }: NewContent,
): Promise<readonly ChangeRecord[]> {
  const afterHash = hashOf(content);
  if (before?.hash === afterHash) return [];
  const change = {
    path: pathInProject(putting.environment.projectDirectory, place.absolute),
    before_hash: before?.hash ?? null,
    after_hash: afterHash,
    bytes: content.length,
  };
  recordChange(putting, place, { before, change });
  const { signal } = putting;
  await replaceFile(place, content, { mode: before?.mode, signal, ...(lastCheck !== undefined && { lastCheck }) });
  return [change];
}

interface Recorded {
  readonly before: Present | undefined;
  readonly change: ChangeRecord;
}

/** Before the file is touched: what is on disk can then be taken back, whenever the process dies. */
function recordChange({ tool, environment, changes }: Putting, { made }: WritePlace, recorded: Recorded): void {
  const { before, change } = recorded;
  const { path, before_hash, after_hash } = change;
  const mayBeKept = before !== undefined && before.bytes <= (changes?.maxContentBytes ?? 0);
  changes?.record({
    tool,
    path,
    before_hash,
    after_hash,
    ...(mayBeKept && isWhole(before) && { content: before.start }),
    directories: made.map((directory) => pathInProject(environment.projectDirectory, directory)),
  });
}

/** Who writes at the same time could make the content another one than was hashed. */
export function isWhole(present: Present): boolean {
  return present.start.length === present.bytes && hashOf(present.start) === present.hash;
}
