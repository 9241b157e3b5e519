import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { failureError, isEngineError, type Failure } from '../../errors/index.ts';
import type { StageCall } from '../../hosts/index.ts';
import type { Artifact, ChangeRecorder, TaskStore, WorkspaceChange } from '../../services/index.ts';

/** Durable when it returns. */
export type SaveChange = (change: WorkspaceChange, artifacts: readonly Artifact[]) => void;

interface RecorderOptions {
  readonly saveChange: SaveChange;
  readonly now: () => number;
  /** Larger files are changed all the same; what was in them is not kept. */
  readonly maxValueBytes: number;
}

/** Recorders of the changes that a stage makes to files, before it makes them. */
export function createRecorders({
  saveChange,
  now,
  maxValueBytes,
}: RecorderOptions): (call: StageCall) => ChangeRecorder {
  return ({ task, stage }) => ({
    maxContentBytes: maxValueBytes,
    record({ tool, path, before_hash: before, after_hash: after, content, directories }) {
      const place = { task: task.creation.id, stage: stage.node, tool };
      const artifacts = before === null || content === undefined ? [] : [contentArtifact(before, content)];
      try {
        saveChange({ ...place, path, before, after, at: now(), directories }, artifacts);
      } catch (error) {
        throw failureError(unrecorded(path, error));
      }
    },
  });
}

function unrecorded(path: string, error: unknown): Failure {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `The change of "${path}" could not be recorded, so the file was left as it is. ${reason}`;
  return {
    code: 'tool.failed',
    message,
    ...(isEngineError(error) && error.hint !== undefined && { hint: error.hint }),
  };
}

/** A text is stored as it is, under the hash that it has anyway; other bytes are written in base64. */
function contentArtifact(hash: string, content: Buffer): Artifact {
  const isText = isUtf8(content) && !content.includes(0);
  return isText ? { hash, text: content.toString('utf8') } : { hash: binary(hash), text: content.toString('base64') };
}

/** What a file held, by its hash; nothing when it was not kept, or is damaged. */
export function contentOf(hash: string, store: Pick<TaskStore, 'artifact'>): Buffer | undefined {
  const text = store.artifact(hash);
  const encoded = text === undefined ? store.artifact(binary(hash)) : undefined;
  const content = text === undefined ? Buffer.from(encoded ?? '', 'base64') : Buffer.from(text, 'utf8');
  return createHash('sha256').update(content).digest('hex') === hash ? content : undefined;
}

function binary(hash: string): string {
  return `base64:${hash}`;
}
