import { changeItem, observationItem, type ToolNotes, type ToolStageCall } from '../../actors/index.ts';
import type { StoreName } from '../../manifest/index.ts';
import type { ChangeRecorder, MemoryItem, MemoryStores, PlannedChange } from '../../services/index.ts';
import { asStageFailure } from './stage-failure.ts';

export interface ToolMemoryOptions {
  readonly stores: MemoryStores;
  /** Stores that keep something. */
  readonly kept: ReadonlySet<StoreName>;
  readonly estimateTokens: (text: string) => number;
  /** Tools that keep what they are told themselves. */
  readonly memoryTools: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A call of a tool that is watched for what is worth remembering of it. */
export interface WatchedCall {
  readonly call: ToolStageCall;
  /** Keeps what it gave in the memory of the task, and what it did to files in that of the project. Never rejects. */
  remember(notes: ToolNotes): Promise<void>;
}

export function watchCall(stage: string, call: ToolStageCall, options: ToolMemoryOptions): WatchedCall {
  const { stores, kept, memoryTools, estimateTokens, now } = options;
  const planned: PlannedChange[] = [];
  const { changes, taskId, place = stage, tool } = call;
  return {
    call: kept.has('project_store') ? { ...call, changes: watched(changes, planned) } : call,
    async remember({ output, notRun }) {
      const at = now();
      const about = { taskId, stage, at, estimateTokens };
      if (kept.has('task_store') && notRun === undefined && !memoryTools.has(tool)) {
        const observed = { ...about, tool, arguments: call.arguments, output, place };
        await keep(call, 'task_store', { items: [observationItem(observed)], store: stores.task(taskId) });
      }
      const items = planned.map((change) => changeItem({ ...about, change }));
      if (items.length > 0) await keep(call, 'project_store', { items, store: stores.project });
    },
  };
}

/** Where nothing is recorded for an undo, nothing of the files has to be read. */
function watched(changes: ChangeRecorder | undefined, planned: PlannedChange[]): ChangeRecorder {
  return {
    maxContentBytes: changes?.maxContentBytes ?? 0,
    record(change) {
      changes?.record(change);
      const { content: _content, ...told } = change;
      planned.push(told);
    },
  };
}

interface Keeping {
  readonly items: readonly MemoryItem[];
  readonly store: Pick<MemoryStores['project'], 'append'>;
}

/** The tool has done its work: a store that cannot be written is told of, and takes nothing from the result. */
async function keep(
  { tell, tool, memoryHooks }: ToolStageCall,
  name: StoreName,
  { items: given, store }: Keeping,
): Promise<void> {
  let items = given;
  try {
    if (memoryHooks?.beforeWrite !== undefined) items = await memoryHooks.beforeWrite(name, given);
    if (items.length === 0) return;
    await store.append(items);
    const tokens = items.reduce((sum, item) => sum + item.token_cost, 0);
    tell({ type: 'memory.written', data: { store: name, items: items.length, tokens } });
    await memoryHooks?.afterWrite?.(name, items);
  } catch (error) {
    const { code, message } = asStageFailure(error, tool);
    tell({ type: 'memory.failed', data: { store: name, items: items.length, failure: { code, message } } });
  }
}
