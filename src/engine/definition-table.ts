import type { StageRunner } from '../hosts/index.ts';
import type { ModelChoice, TaskStore } from '../services/index.ts';
import type { DefinitionContext } from './definition-context.ts';
import { createDefinition, definitionText, type Definition } from './definition.ts';
import { storedProject } from './stored-project.ts';

/** Definitions that tasks of this engine began with: the one of the directory, and older ones from the state file. */
export interface DefinitionTable {
  readonly current: Definition;
  /** The definition with this hash. Throws STORE_JOURNAL_BROKEN when the store does not have it. */
  get(hash: string): Definition;
  /** What `model: auto` stands for in those that are loaded. */
  modelChoices(): readonly ModelChoice[];
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
    const definition = table.get(hash) ?? createDefinition(storedProject(hash, store), context);
    table.set(hash, definition);
    return definition;
  };
  return {
    current,
    get,
    modelChoices: () => Array.from(table.values(), (definition) => definition.modelChoices()).flat(),
    runStage: (call) => get(call.task.creation.definition).runStage(call),
    async endTask(taskId, isOver) {
      await Promise.all(Array.from(table.values(), (definition) => definition.endTask(taskId, isOver)));
    },
    async close() {
      await Promise.all(Array.from(table.values(), (definition) => definition.close()));
    },
  };
}
