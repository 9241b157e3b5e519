/** The part of this area that checking manifests needs, so that `validate` loads no model, tool, store or telemetry. */
export { createSchemaValidator } from './json/schema-validator.ts';
export { scriptProblems } from './llm/script.ts';
export type { Environment } from './security/environment.ts';
export { findBubblewrap } from './tools/command/find-bubblewrap.ts';
export { readSecretFiles } from './security/secret-files.ts';
