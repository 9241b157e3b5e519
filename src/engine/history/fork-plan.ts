import { EngineError } from '../../errors/index.ts';
import { rootOf, type ForkOrder, type TaskRecord } from '../../hosts/index.ts';
import type { StoredTask, TaskOverrides } from '../../services/index.ts';
import type { DefinitionTable } from '../definition-table.ts';
import { forkOverrides } from '../overrides/fork-overrides.ts';
import type { OverrideInput } from '../overrides/read-overrides.ts';
import type { RequestReading } from '../overrides/request-reader.ts';
import type { PreparedTask } from '../plugins/task-hooks.ts';
import type { ConsentFile } from '../project/consent-file.ts';
import { checkMode } from '../routing.ts';
import { newTaskId } from '../task-id.ts';
import { checkId, plainInput } from '../task-input.ts';
import { forkSeq, storedRow, taskAt, type ForkPoint, type TravelSource } from './task-points.ts';

export interface ForkOptions extends ForkPoint {
  /** Another request for what runs from there on; finished stages keep their outputs. Default: the same. */
  readonly input?: unknown;
  /** Default: that of the task. */
  readonly mode?: string;
  /** Default: those of the task. */
  readonly tags?: readonly string[];
  /** Further overrides for what runs from there on; none about routing. Those of the task go on holding. */
  readonly overrides?: readonly OverrideInput[];
  /** As for `createTask`. */
  readonly allowOverrides?: boolean;
  /** Goes on with the manifests of today, by the rules of `resumeTask`. Default: with those the task had there. */
  readonly latest?: boolean;
  /** Id of the fork. Default: a new one. */
  readonly id?: string;
}

/** What plugins leave of it goes along. */
export interface PassedFork extends ForkOptions {
  readonly prepared: PreparedTask;
  readonly reading?: RequestReading;
}

/** A fork that may be made: nothing has changed yet. */
export interface PlannedFork {
  readonly source: TravelSource;
  readonly stored: StoredTask;
  /** The entry of the journal after which it goes on. */
  readonly seq: number;
  readonly order: ForkOrder;
  /** Those that it has. */
  readonly overrides: TaskOverrides | undefined;
}

interface ForkParts {
  readonly definitions: DefinitionTable;
  /** Answers that hold for the whole project. */
  readonly consents: Pick<ConsentFile, 'find'>;
  readonly now: () => number;
  /** Throws HOST_NO_STATE where no journal is kept. */
  readonly sourceOf: () => TravelSource;
}

/** Throws what `forkTask` does for a fork that cannot be made, but for an id that is taken. */
export function planFork(context: ForkParts, id: string, options: PassedFork): PlannedFork {
  if (rootOf(id) !== id) throw childFork(id);
  checkId(options.id);
  const source = context.sourceOf();
  const stored = storedRow(source, id);
  const seq = forkSeq(source, stored, options);
  const at = context.now();
  const forkId = options.id ?? newTaskId(at);
  const task = taskAt(source, stored, seq);
  const changes = changesOf(context, task, { ...options, id: forkId });
  const overrides = changes.overrides ?? task.creation.overrides;
  return { source, stored, seq, order: { id: forkId, at, ...changes }, overrides };
}

/** What is asked to be different, as far as it is. */
function changesOf(
  { definitions, consents }: ForkParts,
  { creation }: TaskRecord,
  {
    id,
    input,
    mode,
    tags,
    latest,
    overrides,
    allowOverrides: allow = false,
    prepared,
    reading,
  }: PassedFork & {
    readonly id: string;
  },
): Omit<ForkOrder, 'id' | 'at'> {
  const { compiled } = latest === true ? definitions.current : definitions.get(creation.definition);
  if (mode !== undefined) checkMode(compiled, mode);
  const limit = compiled.project.engine.limits?.max_input_bytes;
  const asked = {
    ...(input !== undefined && { input: plainInput(input, limit) }),
    ...(mode !== undefined && { mode }),
  };
  return {
    ...asked,
    ...(tags !== undefined && { tags }),
    ...forkOverrides(creation, {
      ...asked,
      id,
      overrides,
      added: prepared.overrides,
      allow,
      compiled,
      consents,
      ...(reading !== undefined && { reading }),
    }),
  };
}

function childFork(id: string): EngineError {
  return new EngineError('TASK_FORK_INVALID', `Task "${id}" is a child task, and has no life of its own.`, {
    hint: `Fork the task above it: "${rootOf(id)}", from the stage that began it.`,
  });
}
