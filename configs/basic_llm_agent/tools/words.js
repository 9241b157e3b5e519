/** Words of requests that say nothing about what to look for. */
const orders = new Set(
  (
    'answer describe explain file files find folder folders give list name please project read repository say search show ' +
    'summarise summarize summary tell write'
  ).split(' '),
);

/** Words that any sentence may hold. */
const smallWords = new Set(
  (
    'a about after again all also an and any are as at be because been before being between both but by can could did do ' +
    'does done each for from had happen happens has have hello hi how i if in into is it its just know let like many may me mean ' +
    'means might more most much must my need no nor not now of off on once only or other our out over own same shall she ' +
    'should so some such than thank thanks that the their them then there these they this those to too under until up us ' +
    'very want was we were what when where whether which while who whom whose why will with would you your'
  ).split(' '),
);

/** The words of a text; "openFile" and "open_file" both hold "open" and "file". */
function wordsOf(text) {
  const apart = text.replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').toLowerCase();
  return apart.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The words of a sentence that tell what it is about, in its order. */
export function tellingWords(sentence) {
  return wordsOf(sentence.replaceAll(/(?<=\p{L})['’]\p{L}+/gu, '')).filter(
    (word) => !smallWords.has(word) && !orders.has(word) && !/^\p{Ll}$/u.test(word),
  );
}

export function stemsOf(text) {
  const found = new Set();
  for (const run of text.match(/[\p{L}\p{N}]+/gu) ?? []) for (const one of stemsOfRun(run)) found.add(one);
  return found;
}

const mostKept = 50_000;
const kept = new Map();

/** Those of letters without a gap, kept since the same ones come again and again. */
function stemsOfRun(run) {
  const known = kept.get(run);
  if (known !== undefined) return known;
  if (kept.size >= mostKept) kept.clear();
  const made = wordsOf(run).map(stem);
  kept.set(run, made);
  return made;
}

/** Stems to look for. Words such as "find" are looked for only where there is nothing else. */
export function termStems(terms) {
  const words = terms.flatMap(wordsOf);
  const telling = words.filter((word) => !orders.has(word));
  return [...new Set((telling.length > 0 ? telling : words).map(stem))];
}

/** Crude, and the same for both sides: "tries", "tried" and "try" meet. */
function stem(word) {
  if (word.length < 5) return word.replace(/s$/u, '');
  return word
    .replace(/(?:ies|ied)$/u, 'y')
    .replace(/(?:ing|ed|es|s)$/u, '')
    .replace(/(?<=.{3})e$/u, '')
    .replace(/([^aeiouls])\1$/u, '$1');
}

/** The words of a text and nothing else, to see whether one text holds another. */
export function plainWords(text) {
  return ` ${(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')} `;
}
