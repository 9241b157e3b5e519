import { EngineError } from '../errors/index.ts';
import { hashOf, type StageRunner } from '../hosts/index.ts';
import { ProjectSpec } from '../manifest/index.ts';
import { compileProject } from '../manifest-compiler/index.ts';
import type { TaskStore } from '../services/index.ts';
import type { DefinitionContext } from './definition-context.ts';
import { createDefinition, definitionText, type Definition } from './definition.ts';

/** Definitions that tasks of this engine began with: the one of the directory, and older ones from the state file. */
export interface DefinitionTable {
  readonly current: Definition;
  /** The definition with this hash. Throws STORE_JOURNAL_BROKEN when the store does not have it. */
  get(hash: string): Definition;
  readonly runStage: StageRunner;
  /** Stops the actors of a task that is at rest; one that is over loses its memory, too. */
  endTask(taskId: string, isOver: boolean): Promise<void>;
  close(): Promise<void>;
}

export function createDefinitionTable(
  current: Definition,
  context: DefinitionContext,
  store?: TaskStore,
): DefinitionTable {
  const table = new Map([[current.hash, current]]);
  store?.saveDefinition(current.hash, definitionText(current.compiled.project).text);
  const get = (hash: string): Definition => {
    const definition = table.get(hash) ?? readDefinition(hash, context, store);
    table.set(hash, definition);
    return definition;
  };
  return {
    current,
    get,
    runStage: (call) => get(call.task.creation.definition).runStage(call),
    async endTask(taskId, isOver) {
      await Promise.all(Array.from(table.values(), (definition) => definition.endTask(taskId, isOver)));
    },
    async close() {
      await Promise.all(Array.from(table.values(), (definition) => definition.close()));
    },
  };
}

function readDefinition(hash: string, context: DefinitionContext, store?: TaskStore): Definition {
  const text = store?.definition(hash);
  const value: unknown = text === undefined || hashOf(text) !== hash ? undefined : JSON.parse(text);
  const project = ProjectSpec.safeParse(value);
  const compiled = project.success ? compileProject(project.data).compiled : undefined;
  if (compiled !== undefined) return createDefinition(compiled, context);
  throw new EngineError(
    'STORE_JOURNAL_BROKEN',
    'The manifests that the task began with cannot be read from the state file.',
    {
      hint: 'Restore the state file from a backup, or run the task anew.',
      details: { definition: hash },
    },
  );
}
