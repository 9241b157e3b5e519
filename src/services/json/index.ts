export type { SchemaFinding } from './finding.ts';
export { createSchemaValidator, type SchemaLike, type SchemaValidator } from './schema-validator.ts';
