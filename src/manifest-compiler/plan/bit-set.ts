/** A set of small whole numbers. The analyses keep one a node, so union and test have to be a few machine words. */
export interface BitSet {
  readonly words: Uint32Array;
}

export const bitsPerWord = 32;

export function emptyBits(size: number): BitSet {
  return { words: new Uint32Array((size + 31) >>> 5) };
}

export function hasBit(set: BitSet, bit: number): boolean {
  return ((set.words[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
}

export function addBit(set: BitSet, bit: number): void {
  const word = bit >>> 5;
  set.words[word] = (set.words[word] ?? 0) | (1 << (bit & 31));
}

export function addAllBits(set: BitSet, other: BitSet): void {
  for (let word = 0; word < set.words.length; word += 1) {
    set.words[word] = (set.words[word] ?? 0) | (other.words[word] ?? 0);
  }
}

export function keepCommonBits(set: BitSet, other: BitSet): void {
  for (let word = 0; word < set.words.length; word += 1) {
    set.words[word] = (set.words[word] ?? 0) & (other.words[word] ?? 0);
  }
}

export function copyBits(set: BitSet): BitSet {
  return { words: set.words.slice() };
}
