export type { SchemaFinding } from './finding.ts';
export { nearestWord } from './nearest-word.ts';
export type { ReadOptions } from './read-answer.ts';
export { createSchemaValidator, type SchemaLike, type SchemaValidator } from './schema-validator.ts';
export type { Refused, Repair, RepairAction, Repaired, Verdict, VerdictCategory } from './verdict.ts';
