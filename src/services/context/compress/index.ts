export { compressor } from './compress-text.ts';
export type { Compressed, Shorten } from './compression.ts';
export { cutWords } from './cut-words.ts';
export { termsOf } from './terms.ts';
