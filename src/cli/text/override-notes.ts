import type { TaskView } from '../../engine/index.ts';
import { safeLine } from './safe-text.ts';

/** What a person did not write down as an override and that changes a task all the same, and what of overrides came to nothing. */
export function overrideNotes({ overrides }: TaskView): readonly string[] {
  if (overrides === undefined) return [];
  const { applied, refused, conflicts, asks, allowed } = overrides;
  const waits = (id: string): boolean => asks.some(({ override }) => override === id) && !allowed.includes(id);
  const notes = [
    ...applied
      .filter(({ source }) => source.from !== 'caller')
      .map(({ spec, source }) => {
        const target = 'target' in spec && spec.target !== undefined ? ` of ${spec.target}` : '';
        const condition = waits(spec.id) ? ', if that is allowed' : '';
        return `The override "${spec.id}"${wordsOf(source)} holds${condition}: ${spec.kind}${target} ${JSON.stringify(spec.payload)}.`;
      }),
    ...refused.map(({ id, reason, source }) => `The override "${id}"${wordsOf(source)} does not hold: ${reason}.`),
    ...conflicts.map(
      ({ loser, winner, about, reason }) => `The override "${loser}" loses to "${winner}" (${about}): ${reason}.`,
    ),
  ];
  return notes.map(safeLine);
}

type Source = NonNullable<TaskView['overrides']>['refused'][number]['source'];

function wordsOf({ span, agent }: Source): string {
  if (span === undefined) return '';
  const reader = agent === undefined ? '' : `, which agent "${agent}" read`;
  return `, from the words "${span.text}"${reader},`;
}
