import { z } from 'zod';
import type { Tell } from '../../actors/index.ts';
import type { StageCall } from '../../hosts/index.ts';
import type { StoredCall } from '../../services/index.ts';
import type { CallKeeper } from '../stages/call-logs.ts';

/** What a plugin did to a stage: which, where, and to what. No contents. */
const PluginAct = z.object({
  stage: z.string(),
  attempt: z.int(),
  plugin: z.string(),
  point: z.string(),
  change: z.enum(['veto', 'replaceInput', 'replaceOutput', 'addOverride']),
  /** Number of a call of a model. */
  call: z.int().exactOptional(),
  tool: z.string().exactOptional(),
  step: z.string().exactOptional(),
});
export type PluginAct = Readonly<z.infer<typeof PluginAct>>;

const scope = 'plugins';

/** Reports what happens, and keeps beside the calls of a task what plugins did, for whoever looks back. */
export function keepingActs(
  tellerFor: (call: StageCall) => Tell,
  keeper: Pick<CallKeeper, 'save'>,
  now: () => number,
): (call: StageCall) => Tell {
  return (call) => {
    const tell = tellerFor(call);
    return (event) => {
      tell(event);
      if (event.type !== 'hook.changed' && event.type !== 'hook.vetoed') return;
      const { data } = event;
      const { node: stage, attempt } = call.stage;
      const [change, hash] = 'change' in data ? [data.change, data.after] : ['veto', data.hash];
      const text = JSON.stringify({ ...data, stage, attempt, change });
      const key = [stage, attempt, data.point, data.plugin, data.call ?? data.step ?? '', hash].join('/');
      keeper.save({ task: call.task.creation.id, scope, key, at: now(), text });
    };
  };
}

/** In the order in which they were done, each with its place among all that is kept. */
export function pluginActs(stored: readonly StoredCall[]): readonly (PluginAct & { readonly place: number })[] {
  return stored.flatMap((kept, place) => {
    if (kept.scope !== scope) return [];
    const value: unknown = JSON.parse(kept.text);
    const read = PluginAct.safeParse(value);
    return read.success ? [{ ...read.data, place }] : [];
  });
}
