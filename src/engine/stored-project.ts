import { EngineError } from '../errors/index.ts';
import { hashOf } from '../hosts/index.ts';
import { ProjectSpec } from '../manifest/index.ts';
import { compileProject, type CompiledProject } from '../manifest-compiler/index.ts';
import type { TaskStore } from '../services/index.ts';

/**
 * The manifests of tasks, from the state file; those that a task had before it was moved to others are kept as a value of
 * it. Throws STORE_JOURNAL_BROKEN when they are not there.
 */
export function storedProject(
  hash: string,
  store: Pick<TaskStore, 'definition' | 'artifact'> | undefined,
): CompiledProject {
  const text = store?.definition(hash) ?? store?.artifact(hash);
  const value: unknown = text === undefined || hashOf(text) !== hash ? undefined : JSON.parse(text);
  const project = ProjectSpec.safeParse(value);
  const compiled = project.success ? compileProject(project.data).compiled : undefined;
  if (compiled !== undefined) return compiled;
  throw new EngineError(
    'STORE_JOURNAL_BROKEN',
    'The manifests that the task began with cannot be read from the state file.',
    {
      hint: 'Restore the state file from a backup, or run the task anew.',
      details: { definition: hash },
    },
  );
}
