import type { TaskView } from '../../engine/index.ts';
import { safeLine } from './safe-text.ts';

type Overrides = NonNullable<TaskView['overrides']>;
type Given = Overrides['applied'][number];

/** What became of the overrides of a task, for the list of its facts. */
export function overrideRows({ overrides }: Pick<TaskView, 'overrides'>): readonly (readonly [string, string])[] {
  if (overrides === undefined) return [];
  const { applied, refused, conflicts } = overrides;
  return [
    ...applied.map((given) => ['override', `${appliedText(given)}${consentText(given, overrides)}`] as const),
    ...refused.map(({ id, reason }) => ['refused', safeLine(`${id}: ${reason}`)] as const),
    ...conflicts.map(({ loser, winner, about, reason }) => {
      return ['overruled', safeLine(`${loser} by ${winner} (${about}): ${reason}`)] as const;
    }),
  ];
}

function appliedText({ spec, source }: Given): string {
  const target = 'target' in spec && spec.target !== undefined ? ` of ${spec.target}` : '';
  const reader = source.agent === undefined ? '' : ` by agent ${source.agent}`;
  const from = source.span === undefined ? `from the ${source.from}` : `from "${source.span.text}"${reader}`;
  return safeLine(`${spec.id}: ${spec.kind}${target} ${JSON.stringify(spec.payload)}, ${spec.severity}, ${from}`);
}

/** What is denied is not among those that are applied. */
function consentText({ spec: { id } }: Given, { asks, allowed, denied }: Overrides): string {
  if (denied.includes(id) || !asks.some(({ override }) => override === id)) return '';
  return allowed.includes(id) ? ', allowed' : ', waits for consent';
}
