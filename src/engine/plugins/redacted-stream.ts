import type { ProjectSpec } from '../../manifest/index.ts';
import { redactPii, type EventStream } from '../../services/index.ts';

/** The stream behind the redactors of a project: nobody is told what they take out. */
export function redactedStream(stream: EventStream, { hooks = [] }: Pick<ProjectSpec, 'hooks'>): EventStream {
  const configs = hooks.flatMap((spec) => (spec.type === 'pii_redactor' ? [spec.config ?? {}] : []));
  const active = configs.filter(({ events = true }) => events);
  if (active.length === 0) return stream;
  return {
    events$: stream.events$,
    get hasListeners() {
      return stream.hasListeners;
    },
    emit: (event) => stream.emit(active.reduce((told, config) => redactPii(told, config), event)),
    addSink: (sink) => stream.addSink(sink),
    complete: () => stream.complete(),
  };
}
