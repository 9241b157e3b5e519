import type { Snapshot } from 'xstate';
import { z } from 'zod';

/** A task as the page keeps it: what `createActor` goes on from, and the values that belong to it. */
export const SavedTask = z.object({
  manifest: z.string(),
  values: z.object({
    input: z.string(),
    stages: z.record(
      z.string(),
      z.object({ status: z.string(), output: z.unknown(), choice: z.string().exactOptional() }),
    ),
    failures: z.record(z.string(), z.object({ message: z.string() })),
  }),
  snapshot: z.custom<Snapshot<unknown>>((value) => typeof value === 'object' && value !== null && 'status' in value),
});
export type SavedTask = z.infer<typeof SavedTask>;

const key = 'agent-engine-react-page';

/** Nothing when there is none, or when another version of the page wrote it. */
export function loadTask(): SavedTask | undefined {
  try {
    return SavedTask.safeParse(JSON.parse(sessionStorage.getItem(key) ?? 'null')).data;
  } catch {
    return undefined;
  }
}

export function saveTask(task: SavedTask | undefined): void {
  try {
    if (task === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(task));
  } catch {
    // A storage that is full or forbidden costs the reload, not the run.
  }
}
