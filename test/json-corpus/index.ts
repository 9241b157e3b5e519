import { cutKinds } from './cut-kinds.ts';
import type { Kind } from './outcome.ts';
import { schemaKinds } from './schema-kinds.ts';
import { secondKinds } from './second-kinds.ts';
import { surroundingKinds } from './surrounding-kinds.ts';
import { syntaxKinds } from './syntax-kinds.ts';

/** Texts as models write them, with the verdicts that the policy of the JSON engine gives. */
export const corpus: readonly Kind[] = [
  ...syntaxKinds,
  ...cutKinds,
  ...schemaKinds,
  ...surroundingKinds,
  ...secondKinds,
];
