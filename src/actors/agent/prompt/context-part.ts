import type { ContextPackage } from '../../../services/index.ts';
import { fenceUntrusted } from './fence.ts';

type Item = ContextPackage['items'][number];

const places = ['head', 'middle', 'tail'] as const satisfies readonly Item['place'][];

/** What was left out is said by the engine itself; everything else comes from outside. */
const isMarker = ({ source, text }: Item): boolean => source === 'left_out' && /^\[… [\w, ]+ left out\]$/u.test(text);

/** The pinned texts, what was chosen of the rest, and what is newest. */
export function contextText({ items }: ContextPackage): string {
  return places
    .flatMap((place) => items.filter((item) => item.place === place))
    .map((item) => (isMarker(item) ? item.text : fenceUntrusted(item.source, item.text)))
    .join('\n');
}
