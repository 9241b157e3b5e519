import type { JsonSchema } from '../../../manifest/index.ts';
import type { SchemaObject, SchemaValue } from '../../json/schema-walk.ts';
import type { Entry, Evidence } from './evidence.ts';
import type { Field } from './field.ts';

/** What is at hand while a schema is filled. */
export interface Filling {
  /** The whole schema, into which references point. */
  readonly root: JsonSchema;
  readonly evidence: Evidence;
  /** What an object in a list is about; the evidence is then of this thing alone. Its name may be "". */
  readonly thing?: Entry;
  /** Whether the request asks something, so that only what speaks of it is an answer. */
  readonly isQuestion: boolean;
  /** Stems of the request. */
  readonly topic: ReadonlySet<string>;
  /** Values to copy from, the nearest first. */
  readonly values: readonly unknown[];
  /** Texts that stand in the answer already. */
  readonly used: Set<string>;
  readonly depth: number;
  /** Parts that may still be filled: a schema can ask for more than anybody reads. */
  readonly budget: { left: number };
  /** Leave out all that is not required. */
  readonly isSparse: boolean;
  /** Fills a part; undefined when nothing can fit. */
  readonly fill: (schema: SchemaValue, field: Field, filling: Filling) => Filled | undefined;
}

export interface Filled {
  readonly value: unknown;
  /** Whether it was found, not made up of defaults. */
  readonly isGrounded: boolean;
}

export type FillVariant = (variant: SchemaObject, field: Field, filling: Filling) => Filled | undefined;
