import { frozenCopy, problemText, type PluginEvents, type TelemetrySink } from '../../services/index.ts';

/** Tells of a listener that failed; false when that can be told of no more, since the engine is being closed. */
export type ReportListener = (point: string, problem: string) => boolean;

/**
 * The listeners of a plugin as a sink: each is told of its own events, as copies. One that throws or rejects is told of no more and
 * reported once; the others go on.
 */
export function pluginSink(plugin: string, events: PluginEvents, report: ReportListener): TelemetrySink {
  const listeners = new Map<string, unknown>(Object.entries(events));
  const late: string[] = [];
  const fail = (type: string, error: unknown): void => {
    if (!listeners.delete(type)) return;
    const problem = `its listener threw, and is told of no more: ${problemText(error)}`;
    if (!report(`event ${type}`, problem)) late.push(`${type}: ${problem}`);
  };
  return {
    name: `plugin ${plugin}`,
    takes: ({ type }) => listeners.has(type),
    write(event) {
      const { type } = event;
      const listener = listeners.get(type);
      if (typeof listener !== 'function') return;
      try {
        const told: unknown = Reflect.apply(listener, undefined, [frozenCopy(event)]);
        Promise.resolve(told).catch((error: unknown) => fail(type, error));
      } catch (error) {
        fail(type, error);
      }
    },
    close() {
      if (late.length > 0) throw new Error(late.join('; '));
    },
  };
}
