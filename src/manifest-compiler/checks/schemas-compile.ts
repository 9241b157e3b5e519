import type { Problem, ProblemPath } from '../../errors/index.ts';
import { createProblem } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** Schemas in files and in manifests are well-formed and compile. */
export function checkSchemas(view: ProjectView): Problem[] {
  const files = [...view.schemas.values()].flatMap(({ file, schema, problems }): readonly Problem[] =>
    schema === undefined ? problems : compileProblems(view, { schema, file, path: [] }),
  );
  return [...files, ...inlineSchemas(view)];
}

/** The same for those of answers, which stand in workflows. */
export function checkAnswerSchemas(view: ProjectView): Problem[] {
  return view.graph.nodes.flatMap(({ spec, index }) => {
    if (spec.type !== 'feedback' || typeof spec.schema !== 'object') return [];
    const { file, toFile } = view.unit;
    return compileProblems(view, { schema: spec.schema, file, path: toFile(['workflow', 'nodes', index, 'schema']) });
  });
}

function inlineSchemas(view: ProjectView): Problem[] {
  const agents = Object.entries(view.manifests.agents?.agents ?? {}).flatMap(([name, { output_schema: output }]) =>
    inlineSchema(view, output, { kind: 'agents', path: ['agents', name, 'output_schema'] }),
  );
  const tools = Object.entries(view.manifests.tools?.tools ?? {}).flatMap(([name, tool]) =>
    (['input_schema', 'output_schema'] as const).flatMap((field) =>
      inlineSchema(view, schemaOf(tool, field), { kind: 'tools', path: ['tools', name, field] }),
    ),
  );
  return [...agents, ...tools];
}

function schemaOf(tool: object, field: 'input_schema' | 'output_schema'): unknown {
  return Object.hasOwn(tool, field) ? Reflect.get(tool, field) : undefined;
}

function inlineSchema(
  view: ProjectView,
  schema: unknown,
  place: { kind: 'agents' | 'tools'; path: ProblemPath },
): Problem[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return compileProblems(view, { schema, file: view.fileOf(place.kind), path: place.path });
}

/** Values in a schema. The validator writes a program for each, and reads it. */
const mostValues = 10_000;

function isLarge(schema: unknown): boolean {
  let count = 0;
  const rest = [schema];
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    count += 1;
    if (count + rest.length > mostValues) return true;
    if (typeof value !== 'object' || value === null) continue;
    for (const child of Object.values(value)) rest.push(child);
  }
  return false;
}

function compileProblems(view: ProjectView, found: { schema: unknown; file: string; path: ProblemPath }): Problem[] {
  if (isLarge(found.schema)) {
    const message = `The JSON Schema has more than ${mostValues} values, more than can be compiled in a moment.`;
    const hint = 'Describe less: no model keeps to a schema of this size.';
    return [createProblem({ code: 'MANIFEST_FILE_TOO_LARGE', message, hint, file: found.file, path: found.path })];
  }
  const reason = view.compileSchema(found.schema);
  if (reason === undefined) return [];
  return [
    createProblem({
      code: 'MANIFEST_SCHEMA_INVALID',
      message: `The JSON Schema does not compile: ${reason.replace(/\.?$/u, '.')}`,
      hint: 'Write it in JSON Schema, draft 2020-12.',
      file: found.file,
      path: found.path,
    }),
  ];
}
