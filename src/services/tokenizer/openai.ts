import type { GptEncoding } from 'gpt-tokenizer/GptEncoding';
import { EngineError } from '../../errors/index.ts';
import type { EncodingName } from './encodings.ts';

type Encoding = Pick<GptEncoding, 'countTokens'>;

const loaded = new Map<EncodingName, Encoding>();

/** What a text comes to in an encoding of OpenAI, which is loaded when it is first needed. Names of special tokens are text like any other. */
export function countOpenaiTokens(text: string, name: EncodingName): number {
  const encoding = loaded.get(name) ?? load(name);
  return piecesOf(text).reduce((sum, piece) => sum + encoding.countTokens(piece, plainText), 0);
}

const plainText = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };

/** Counting is asked for without waiting, so the library is not imported. */
function load(name: EncodingName): Encoding {
  const { createRequire } = process.getBuiltinModule('node:module');
  const encoding: unknown = createRequire(import.meta.url)(`gpt-tokenizer/encoding/${name}`);
  if (!isEncoding(encoding)) throw new EngineError('ENGINE_BUG', `The encoding "${name}" cannot be loaded.`);
  loaded.set(name, encoding);
  return encoding;
}

function isEncoding(value: unknown): value is Encoding {
  return (
    typeof value === 'object' && value !== null && 'countTokens' in value && typeof value.countTokens === 'function'
  );
}

/** Merging takes the square of the length of a word, so longer ones are cut: each cut counts one token too many at most. */
const longestWord = 128;
const longWord = new RegExp(String.raw`\S{${longestWord + 1}}|\s{${longestWord + 1}}`, 'u');
const pieces = new RegExp(String.raw`(?:\s{1,${longestWord}}|\S{1,${longestWord}})`, 'gu');

/** The text as it is, unless it has words that are too long. */
function piecesOf(text: string): readonly string[] {
  return longWord.test(text) ? cutLongWords(text) : [text];
}

function cutLongWords(text: string): readonly string[] {
  const whole: string[] = [];
  let open = '';
  for (const [piece] of text.matchAll(pieces)) {
    const isFull = piece.length >= longestWord;
    if (isFull) {
      whole.push(open, piece);
      open = '';
    } else open += piece;
  }
  return [...whole, open].filter((piece) => piece !== '');
}
