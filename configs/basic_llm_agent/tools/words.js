/** Words of requests that say nothing about what to look for. */
const orders = new Set(
  (
    'answer describe explain file files find folder folders give list name please project read repository say search show ' +
    'summarise summarize summary tell write'
  ).split(' '),
);

/** Stems of the words of a text; "openFile" and "open_file" both hold "open" and "file". */
export function stemsOf(text) {
  const apart = text.replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').toLowerCase();
  return new Set((apart.match(/[\p{L}\p{N}]+/gu) ?? []).map(stem));
}

/** Stems to look for. Words such as "find" are looked for only where there is nothing else. */
export function termStems(terms) {
  const words = terms.flatMap((term) => term.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
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
