import type { Evidence } from './evidence.ts';
import { stem, wordsOf } from './words.ts';

const negations: ReadonlySet<string> = new Set('cannot neither never no none nor not without'.split(' '));

/** What the texts say about some words: that it is so, that it is not, or nothing. The first that speaks of them counts. */
export function supportFor(stems: ReadonlySet<string>, evidence: Evidence): boolean | undefined {
  if (stems.size === 0) return undefined;
  for (const note of evidence.notes) {
    const stance = stanceOf(note, stems);
    if (stance !== undefined) return stance;
  }
  for (const unit of evidence.units) {
    if ([...stems].every((found) => unit.stems.has(found))) return stanceOf(unit.text, stems);
  }
  return undefined;
}

function stanceOf(text: string, stems: ReadonlySet<string>): boolean | undefined {
  const words = wordsOf(text);
  const known = new Set(words.map(stem));
  if (![...stems].every((found) => known.has(found))) return undefined;
  return !words.some((word) => negations.has(word) || /n['’]t$/u.test(word));
}
