import { EngineError } from '../errors/index.ts';
import { hashOf, type RunnablePipeline, type StageRunner } from '../hosts/index.ts';
import { ProjectSpec } from '../manifest/index.ts';
import { compileProject } from '../manifest-compiler/index.ts';
import type { TaskStore } from '../services/index.ts';
import { createDefinition, definitionText, type Definition, type DefinitionContext } from './definition.ts';

/** Definitions that tasks of this engine began with: the one of the directory, and older ones from the state file. */
export interface DefinitionTable {
  readonly current: Definition;
  /** Loads the definition of a task, so that it can be resolved. Throws STORE_JOURNAL_BROKEN when it is not in the store. */
  prepare(hash: string): Promise<Definition>;
  /** Throws ENGINE_BUG for a definition that was not prepared. */
  resolve(hash: string, pipeline: string): RunnablePipeline;
  readonly runStage: StageRunner;
  /** Stops the actors of a task and closes its memory. */
  endTask(taskId: string): Promise<void>;
  close(): Promise<void>;
}

export function createDefinitionTable(
  current: Definition,
  context: DefinitionContext,
  store?: TaskStore,
): DefinitionTable {
  const loading = new Map<string, Promise<Definition>>([[current.hash, Promise.resolve(current)]]);
  const ready = new Map([[current.hash, current]]);
  store?.saveDefinition(current.hash, definitionText(current.compiled.project).text);
  const readyOne = (hash: string): Definition => {
    const definition = ready.get(hash);
    if (definition === undefined) throw new EngineError('ENGINE_BUG', `Definition "${hash}" was not loaded.`);
    return definition;
  };
  const load = async (hash: string): Promise<Definition> => {
    try {
      const definition = await loadDefinition(hash, context, store);
      ready.set(hash, definition);
      return definition;
    } catch (error) {
      loading.delete(hash); // what it lacks may be there the next time
      throw error;
    }
  };
  return {
    current,
    prepare(hash) {
      const known = loading.get(hash) ?? load(hash);
      loading.set(hash, known);
      return known;
    },
    resolve: (hash, pipeline) => readyOne(hash).runnable(pipeline),
    runStage: (call) => readyOne(call.task.creation.definition).runStage(call),
    async endTask(taskId) {
      await Promise.all([...ready.values()].map((definition) => definition.endTask(taskId)));
    },
    async close() {
      await Promise.all([...ready.values()].map((definition) => definition.close()));
    },
  };
}

async function loadDefinition(hash: string, context: DefinitionContext, store?: TaskStore): Promise<Definition> {
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
