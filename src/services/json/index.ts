export type { SchemaFinding } from './finding.ts';
export { nearestWord } from './nearest-word.ts';
export { createSchemaValidator, type SchemaLike, type SchemaValidator } from './schema-validator.ts';
