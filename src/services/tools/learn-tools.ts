import type { ToolAdapter } from './adapter.ts';
import { runBounded, type Bounds } from './bounded-run.ts';
import { isHarmful } from './capabilities.ts';
import type { PermissionPolicy } from '../security/index.ts';
import type { ToolMode } from './port.ts';

interface Learner {
  readonly name: string;
  readonly adapter: ToolAdapter;
  /** What is permitted to whoever wants to know. */
  readonly policy: PermissionPolicy;
  readonly timeoutMs: number;
}

/** Connects those tools that have somewhere to connect to and may run in the mode; each on its own, for no longer than a call. */
export async function learnTools(
  tools: readonly Learner[],
  { mode, ...bounds }: Pick<Bounds, 'cancelled' | 'closing'> & { readonly mode: ToolMode },
): Promise<void> {
  await Promise.all(
    tools.map(async ({ name, adapter, policy, timeoutMs }) => {
      if (adapter.connect === undefined) return;
      if (mode !== 'normal' && isHarmful(adapter.describe().capabilities)) return;
      await runBounded({ ...bounds, tool: name, timeoutMs }, async (signal) => {
        await adapter.connect?.({ signal, policy });
        return { ok: true, output: null };
      });
    }),
  );
}
