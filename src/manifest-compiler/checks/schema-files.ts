import type { Problem } from '../../errors/index.ts';
import { JsonSchema } from '../../manifest/index.ts';
import { isManifestSchema } from '../json-schema/index.ts';
import { limits, parseText } from '../read/index.ts';
import { createProblem, createSource, type ManifestSource } from '../report/index.ts';

/** A file in schemas/ as far as it could be read. */
export interface SchemaFile {
  readonly file: string;
  readonly source: ManifestSource;
  readonly schema?: JsonSchema;
  readonly problems: readonly Problem[];
}

/** The project's own schemas among the texts, by name: schemas/Name.json. Those of manifests, for editors, are left out. */
export function readSchemaFiles(texts: ReadonlyMap<string, string>): ReadonlyMap<string, SchemaFile> {
  const schemas = new Map<string, SchemaFile>();
  for (const [file, text] of texts) {
    const name = /^schemas\/(?<name>.+)\.json$/u.exec(file)?.groups?.['name'];
    const found = name === undefined ? undefined : readSchemaFile(file, text);
    if (name === undefined || found === undefined) continue;
    if (found.schema === undefined || !isManifestSchema(found.schema)) schemas.set(name, found);
  }
  return schemas;
}

function readSchemaFile(file: string, text: string): SchemaFile {
  if (text.length > limits.schemaCharacters) return largeSchema(file);
  const { value, source, problems } = parseText(file, text);
  if (problems.length > 0) return { file, source, problems };
  const parsed = JsonSchema.safeParse(value);
  if (parsed.success) return { file, source, problems, schema: parsed.data };
  const message = 'A JSON Schema has to be an object, true or false.';
  return { file, source, problems: [createProblem({ code: 'MANIFEST_SCHEMA_INVALID', message, file, path: [] })] };
}

function largeSchema(file: string): SchemaFile {
  const problem = createProblem({
    code: 'MANIFEST_FILE_TOO_LARGE',
    message: `The schema has more than ${limits.schemaCharacters} characters.`,
    hint: 'Describe less: no model keeps to a schema of this size.',
    file,
    path: [],
  });
  return { file, source: createSource(file, '', () => [0, 0]), problems: [problem] };
}
