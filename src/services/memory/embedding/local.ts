import { throwIfCancelled } from '../../llm/cancellation.ts';
import { isStopWord, nameWords } from '../../llm/offline/words.ts';
import { hashText, mixed } from './hash-text.ts';
import type { Embedder } from './port.ts';
import { unitVector } from './unit-vector.ts';
import { wordFeatures } from './word-features.ts';

export const defaultDimensions = 384;
/** Another one whenever the same text comes to other bytes: vectors of both must not be compared. */
const version = 1;
/** Places that a feature has: several, so that two that share one by chance are not taken for the same. */
const placesOfFeature = 4;
const mostKnownWords = 20_000;
/** Texts that are worked on before anything else may go on. */
const textsOfTurn = 64;

/** What a word adds to the numbers of a vector. */
interface WordPart {
  readonly places: Int32Array;
  readonly amounts: Float64Array;
}

/**
 * Makes vectors without a model and without a network: signed feature hashing of words and their parts. The same text has the same
 * bytes on every machine.
 */
export function createLocalEmbedder({
  dimensions = defaultDimensions,
}: { readonly dimensions?: number } = {}): Embedder {
  const known = new Map<string, WordPart>();
  const partOf = (word: string): WordPart => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const part = hashWord(word, dimensions);
    if (known.size >= mostKnownWords) known.clear();
    known.set(word, part);
    return part;
  };
  const vectorOf = (text: string): Float32Array => {
    const sums = new Float64Array(dimensions);
    for (const [word, times] of countWords(text)) {
      const { places, amounts } = partOf(word);
      const weight = weightOf(times);
      for (const [at, place] of places.entries()) sums[place] = (sums[place] ?? 0) + (amounts[at] ?? 0) * weight;
    }
    return unitVector(sums) ?? new Float32Array(dimensions);
  };
  return {
    model: `local/hash-${version}`,
    dimensions,
    async embed(texts, signal) {
      const vectors: Float32Array[] = [];
      for (const [index, text] of texts.entries()) {
        throwIfCancelled(signal);
        if (index % textsOfTurn === textsOfTurn - 1) await new Promise((resolve) => setTimeout(resolve));
        vectors.push(vectorOf(text));
      }
      throwIfCancelled(signal);
      return vectors;
    },
  };
}

/** Words that say nothing count only where a text has no others. */
function countWords(text: string): ReadonlyMap<string, number> {
  // Letters without their marks: "über" and "uber" are meant to be near.
  const words = nameWords(text.normalize('NFKD').replaceAll(/[\u0300-\u036F]/gu, ''));
  const telling = words.filter((word) => !isStopWord(word));
  const counts = new Map<string, number>();
  for (const word of telling.length === 0 ? words : telling) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** 1, 1.5, 2, 2.5 for 1, 2, 4, 8 times: exact, where a logarithm is as good as the machine. */
function weightOf(times: number): number {
  return 1 + (31 - Math.clz32(times)) / 2;
}

function hashWord(word: string, dimensions: number): WordPart {
  const features = wordFeatures(word);
  const places = new Int32Array(features.length * placesOfFeature);
  const amounts = new Float64Array(places.length);
  for (const [index, { name, weight }] of features.entries()) {
    let hash = hashText(name, version);
    for (let copy = 0; copy < placesOfFeature; copy += 1) {
      const at = index * placesOfFeature + copy;
      hash = mixed(hash + copy + 1);
      places[at] = hash % dimensions;
      amounts[at] = (mixed(hash) & 1) === 0 ? weight : -weight;
    }
  }
  return { places, amounts };
}
