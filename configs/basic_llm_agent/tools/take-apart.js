import { cut } from './cut.js';
import { plainWords, tellingWords } from './words.js';

const maxRequestCharacters = 8_000;
const maxTitleCharacters = 200;
const maxPointCharacters = 400;
const maxTermCharacters = 80;
const maxTerms = 12;
const maxPoints = 20;
const tooLong = `Only the first ${maxPoints} points of the request, in its first ${maxRequestCharacters} characters, were worked on.`;
const listMark = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+/u;

/** Takes a request apart into its sentences, each with the words that tell what it is about. Nothing is dropped but repetitions. */
export const takeApart = {
  description: 'Takes a request apart into its sentences, each with the words to look for.',
  capabilities: ['deterministic_safe'],
  run({ request }) {
    const sentences = sentencesOf(cut(request, maxRequestCharacters));
    const telling = sentences.filter((sentence) => tellingWords(sentence).length > 0);
    const distinct = firstOfEach(telling.length > 0 ? telling : sentences.slice(0, 1));
    return {
      title: cut(sentences.join(' '), maxTitleCharacters),
      note: request.length <= maxRequestCharacters && distinct.length <= maxPoints ? '' : tooLong,
      points: distinct.slice(0, maxPoints).map((sentence) => ({
        point: cut(sentence, maxPointCharacters),
        terms: [...new Set(tellingWords(sentence))].slice(0, maxTerms).map((word) => cut(word, maxTermCharacters)),
      })),
    };
  },
};

/** Line by line, since a line without a full stop is one thing all the same. */
function sentencesOf(text) {
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  const lines = text.split(/[\r\n\u2028\u2029]+/u).map((line) => line.replace(listMark, ''));
  return lines
    .flatMap((line) => [...segmenter.segment(line)])
    .map(({ segment }) => segment.replaceAll(/\s+/gu, ' ').trim())
    .filter((sentence) => sentence !== '');
}

function firstOfEach(sentences) {
  const byWords = new Map();
  for (const sentence of sentences) {
    const words = plainWords(sentence);
    if (!byWords.has(words)) byWords.set(words, sentence);
  }
  return [...byWords.values()];
}
