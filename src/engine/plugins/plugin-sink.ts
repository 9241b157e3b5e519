import { frozenCopy, problemText, type PluginEvents, type TelemetrySink } from '../../services/index.ts';

/** The listeners of a plugin as a sink: each is told of its own events, as copies. */
export function pluginSink(plugin: string, events: PluginEvents): TelemetrySink {
  const listeners = new Map<string, unknown>(Object.entries(events));
  let failure: { readonly problem: string } | undefined;
  return {
    name: `plugin ${plugin}`,
    write(event) {
      if (failure !== undefined) throw new Error(failure.problem);
      const listener = listeners.get(event.type);
      if (typeof listener !== 'function') return;
      const told: unknown = Reflect.apply(listener, undefined, [frozenCopy(event)]);
      // One that rejects is told of no more, as one that throws.
      Promise.resolve(told).catch((error: unknown) => (failure = { problem: problemText(error) }));
    },
  };
}
