import type { ProjectSpec } from '../../manifest/index.ts';

/** A schema with every named schema that it refers to, however far; `reference` is a name or the schema itself. */
export function schemaClosure({ schemas }: ProjectSpec, reference: unknown): readonly unknown[] {
  const root = typeof reference === 'string' ? (named(schemas, reference)?.[1] ?? reference) : reference;
  const found = new Set<unknown>([root]);
  for (const schema of found) {
    for (const target of referencesIn(schema)) {
      const entry = named(schemas, target);
      if (entry !== undefined) found.add(entry[1]); // a loop over a set sees what is added meanwhile
    }
  }
  return [...found];
}

/** By its name, by a path to its file, or by its `$id`. */
function named(schemas: ProjectSpec['schemas'], reference: string): readonly [string, unknown] | undefined {
  const [file = ''] = reference.split('#');
  const short = file.replace(/^(?:\.\/)?(?:schemas\/)?/u, '').replace(/\.json$/u, '');
  return Object.entries(schemas).find(
    ([name, schema]) =>
      file !== '' && (name === file || name === short || (typeof schema === 'object' && schema['$id'] === file)),
  );
}

function referencesIn(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  if (Array.isArray(schema)) return schema.flatMap(referencesIn);
  return Object.entries(schema).flatMap(([key, value]) =>
    (key === '$ref' || key === '$dynamicRef') && typeof value === 'string' ? [value] : referencesIn(value),
  );
}
