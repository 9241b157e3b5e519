import type { ErrorCode } from '../../errors/index.ts';
import type { RangeFinder, TextRange } from '../report/index.ts';

/** What is wrong with a text itself, at offsets of it. */
export interface TextFault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly range: TextRange;
  /** True when the value can be used all the same. */
  readonly isHarmless?: true;
}

/** A text that was read: `value` is there unless a fault made it unreadable. */
export interface ParsedText {
  readonly value?: unknown;
  readonly faults: readonly TextFault[];
  readonly rangeOf: RangeFinder;
}

export function syntaxFault(message: string, range: TextRange, hint?: string): TextFault {
  return { code: 'MANIFEST_SYNTAX', message, ...(hint === undefined ? {} : { hint }), range };
}

export function depthFault(levels: number, offset: number): TextFault {
  return {
    code: 'MANIFEST_TOO_DEEP',
    message: `The values are nested more than ${levels} levels deep.`,
    hint: 'Flatten them.',
    range: [offset, offset + 1],
  };
}

export function duplicateKeyFault(key: string, range: TextRange): TextFault {
  return {
    ...syntaxFault(`The key ${key} is there twice in one map.`, range, 'Remove one of the two.'),
    isHarmless: true,
  };
}

/** A key that programs take for the prototype of an object; no manifest has a use for it. */
export function prototypeKeyFault(range: TextRange): TextFault {
  return {
    code: 'MANIFEST_VALUE_INVALID',
    message: 'The key "__proto__" is not allowed.',
    hint: 'Use another name.',
    range,
  };
}
