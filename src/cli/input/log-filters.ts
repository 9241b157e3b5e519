import { EngineError, eventTypes, nearestName } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';

/** Throws HOST_USAGE for a type of event that there is not: it would show nothing, as if nothing had happened. */
export function checkEventTypes(asked: readonly string[] = []): void {
  const types = eventTypes();
  const known = [...new Set([...types.map((type) => type.split('.', 1)[0] ?? type), ...types])];
  for (const type of asked) {
    if (known.includes(type)) continue;
    const nearest = nearestName(type, known);
    throw new EngineError('HOST_USAGE', `There is no type of event "${type}".`, {
      hint: nearest === undefined ? `Use one of: ${known.join(', ')}.` : `Did you mean "${nearest}"?`,
    });
  }
}

/** Stages that are asked for, and which of them events are about. */
export interface StageFilter {
  readonly asked: readonly string[];
  readonly seen: ReadonlySet<string>;
}

/** Which stages there are is known from the events alone: those of a log may be of other manifests. */
export function noteUnknownStages({ stderr }: CliContext, { asked, seen }: StageFilter): void {
  for (const stage of asked) {
    if (seen.has(stage)) continue;
    const others = seen.size === 0 ? 'no event is about a stage' : `stages are: ${[...seen].toSorted().join(', ')}`;
    stderr.write(`${stderr.colors.dim(`note: no event is about a stage "${stage}"; ${others}.`)}\n`);
  }
}
