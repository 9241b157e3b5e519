const stopWords: ReadonlySet<string> = new Set(
  (
    'a about above after again all also although always am an and another any anything are around as at away back be became because been ' +
    'before being below between both but by came can cannot come could did do does doing done down during each either else enough etc even ' +
    'ever every few first for from further get gets give given go goes got had has have having he her here hers him his how however i if in ' +
    'instead into is it its itself just keep kept know last least less let lets like made make makes many may me might more most much must my ' +
    'need needs neither never next no none nor not nothing now of off often on once one only onto or other others our out over own part per ' +
    'perhaps put rather really same say says second see seen several shall she should since so some something soon still such take takes than ' +
    'that the their them then there these they thing things this those though three through thus to together too two under until up upon us ' +
    'use used uses using very want wants was way we well went were what when where whether which while who whole whom whose why will with ' +
    'within without would yes yet you your'
  ).split(' '),
);

/** Lower-case words of a text, in order. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’]\p{L}+)?/gu) ?? [];
}

/** Words of an identifier: "keyPoints", "key_points" and "key-points" are [key, points]. */
export function nameWords(name: string): string[] {
  return wordsOf(name.replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2').replaceAll(/[_-]/gu, ' '));
}

export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}

const endings: readonly [RegExp, string][] = [
  [/['’]\p{L}+$/u, ''],
  [/(?<=..)ies$/u, 'y'],
  [/(?<=..[^siu])s$/u, ''],
  [/(?<=....)(?:ing|ed)$/u, ''],
  [/(?<=....)e$/u, ''],
  [/(?<=....)(\p{L})(?<=\1\1)$/u, ''],
];

const known = new Map<string, string>();
const mostKnown = 20_000;

/** A crude English stem: equal for the forms of a word, good for nothing but comparing. */
export function stem(word: string): string {
  const before = known.get(word);
  if (before !== undefined) return before;
  const found = endings.reduce((root, [ending, replacement]) => root.replace(ending, replacement), word);
  if (known.size >= mostKnown) known.clear();
  known.set(word, found);
  return found;
}

/** Stems of the words that carry meaning. */
export function stemsOf(words: Iterable<string>): Set<string> {
  const stems = new Set<string>();
  for (const word of words) if (!stopWords.has(word)) stems.add(stem(word));
  return stems;
}
