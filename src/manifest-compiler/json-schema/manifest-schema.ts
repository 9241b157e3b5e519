import { BodyNodeSpec, DeclaredWorkflowSpec, EvalsFile, manifestFiles, type FileKind } from '../../manifest/index.ts';
import { generateSchema } from './generate-schema.ts';
import type { JsonObject } from './subschemas.ts';

const idPrefix = 'urn:agent-engine:manifest:';

/** What fields hold that `.meta({ schemaRef })` marks: a node, or a workflow inside of a workflow. */
const targets = {
  body_node: BodyNodeSpec,
  workflow: DeclaredWorkflowSpec.partial({ id: true }),
};

const files = { ...manifestFiles, evals: EvalsFile };

/** The JSON Schema of one kind of manifest, for editors, from the schema that validates it. */
export function manifestSchema(kind: FileKind): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${idPrefix}${kind}`,
    title: `${kind === 'evals' ? 'evals/*' : kind}.yaml of Agent Engine`,
    ...generateSchema({ schema: files[kind], targets }),
  };
}

/** True for what `manifestSchema` gives: such a file in schemas/ is for editors, and none of the project's own schemas. */
export function isManifestSchema(schema: unknown): boolean {
  const id: unknown = typeof schema === 'object' && schema !== null ? Reflect.get(schema, '$id') : undefined;
  return typeof id === 'string' && id.startsWith(idPrefix);
}
