import type { ContextPackage } from '../../../services/index.ts';
import { fenceUntrusted } from './fence.ts';

type Item = ContextPackage['items'][number];

const places = ['head', 'middle', 'tail'] as const satisfies readonly Item['place'][];

/** What was left out is said by the engine itself; everything else comes from outside. */
const isMarker = ({ source, text }: Item): boolean => source === 'left_out' && /^\[… [\w, ]+ left out\]$/u.test(text);

/** The input of the stage, which has a part of the prompt to itself. */
export const isDirect = ({ source }: Item): boolean => source === 'direct';

/** The input of the stage, as far as there was room for it; undefined where it is not a part of the context. */
export function directText(context: Pick<ContextPackage, 'items'> | undefined): string | undefined {
  return context?.items.find(isDirect)?.text;
}

/** The pinned texts, what was chosen of the rest, and what is newest. */
export function contextText({ items }: Pick<ContextPackage, 'items'>): string {
  return places
    .flatMap((place) => items.filter((item) => item.place === place && !isDirect(item)))
    .map((item) => (isMarker(item) ? item.text : fenceUntrusted(item.source, item.text)))
    .join('\n');
}
