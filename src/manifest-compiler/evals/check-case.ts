import type { ErrorCode, ProblemPath } from '../../errors/index.ts';
import type { EvalCaseSpec, SchemaReference } from '../../manifest/index.ts';
import type { CompiledProject } from '../compile/compiled.ts';
import { createNameFinder, quote } from '../report/index.ts';
import { judgesOf } from './parse-evals.ts';

/** What the checks of cases cannot find out by themselves. What is left out is not checked. */
export interface EvalCheckOptions {
  /** What is wrong with a JSON Schema, as a sentence; nothing when it compiles. */
  readonly compileSchema?: (schema: unknown) => string | undefined;
  /** Modes that a task may have. */
  readonly modes?: readonly string[];
  /** What is wrong with an override, as a sentence. */
  readonly checkOverride?: (override: unknown) => string | undefined;
}

export interface CaseProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
  /** From the case on. */
  readonly path: ProblemPath;
}

/** What a case names that is not there, and values that can never be right. */
export function checkCase(spec: EvalCaseSpec, compiled: CompiledProject, options: EvalCheckOptions): CaseProblem[] {
  return [
    ...checkNames(spec, compiled, options),
    ...checkPath(spec, compiled),
    ...checkOverrides(spec, options),
    ...checkSchema(spec, compiled, options),
    ...judgesOf(spec.expect.judge).flatMap(({ judge: { agent }, path }) =>
      checkJudge(agent, ['expect', ...path, 'agent'], compiled),
    ),
  ];
}

function checkNames(
  spec: EvalCaseSpec,
  { pipelines, project }: CompiledProject,
  options: EvalCheckOptions,
): CaseProblem[] {
  const { pipeline, mode, answers = {} } = spec;
  const asking = project.workflow.nodes.flatMap(({ id, type }) => (type === 'feedback' ? [id] : []));
  return [
    ...unknown(pipeline, { what: 'pipeline', names: [...pipelines.keys()], path: ['pipeline'] }),
    ...(options.modes === undefined ? [] : unknown(mode, { what: 'mode', names: options.modes, path: ['mode'] })),
    ...Object.keys(answers).flatMap((node) =>
      unknown(node, { what: 'node that asks a person', names: asking, path: ['answers', node] }),
    ),
  ];
}

function checkPath({ expect }: EvalCaseSpec, { pipelines, project }: CompiledProject): CaseProblem[] {
  const { nodes = [], edges = [], avoid = [] } = expect.path ?? {};
  const ids = project.workflow.nodes.map(({ id }) => id);
  const taken = [...pipelines.values()].flatMap(({ graph }) =>
    graph.edges.map(({ from, to }) => `${from.id}->${to.id}`),
  );
  const problemsOf = (names: readonly string[], list: string): CaseProblem[] =>
    names.flatMap((name, index) => {
      const isEdge = name.includes('->');
      const path = ['expect', 'path', list, index];
      return unknown(name, { what: isEdge ? 'edge' : 'node', names: isEdge ? [...new Set(taken)] : ids, path });
    });
  return [...problemsOf(nodes, 'nodes'), ...problemsOf(edges, 'edges'), ...problemsOf(avoid, 'avoid')];
}

interface Known {
  readonly what: string;
  readonly names: readonly string[];
  readonly path: ProblemPath;
}

function unknown(name: string | undefined, { what, names, path }: Known): CaseProblem[] {
  if (name === undefined || names.includes(name)) return [];
  const message = `${quote(name)} is no ${what} of this project.`;
  return [{ code: 'MANIFEST_REFERENCE_UNKNOWN', message, hint: createNameFinder(names).hint(name), path }];
}

function checkOverrides({ overrides = [] }: EvalCaseSpec, { checkOverride }: EvalCheckOptions): CaseProblem[] {
  return overrides.flatMap((override, index) => {
    const message = checkOverride?.(override);
    return message === undefined ? [] : [{ code: 'MANIFEST_VALUE_INVALID', message, path: ['overrides', index] }];
  });
}

function checkSchema(
  { expect: { schema } }: EvalCaseSpec,
  compiled: CompiledProject,
  options: EvalCheckOptions,
): CaseProblem[] {
  const path = ['expect', 'schema'];
  if (typeof schema === 'string') {
    return unknown(schema, { what: 'schema', names: Object.keys(compiled.project.schemas), path });
  }
  const fault = schema === undefined ? undefined : options.compileSchema?.(schema);
  return fault === undefined
    ? []
    : [{ code: 'MANIFEST_SCHEMA_INVALID', message: `The schema cannot be used. ${fault}`, path }];
}

function checkJudge(name: string, path: ProblemPath, { project }: CompiledProject): CaseProblem[] {
  const agent = Object.hasOwn(project.agents, name) ? project.agents[name] : undefined;
  if (agent === undefined) return unknown(name, { what: 'agent', names: Object.keys(project.agents), path });
  const schema = schemaOf(agent.output_schema, project.schemas);
  if (typeOf(schema, 'pass') === 'boolean' && typeOf(schema, 'why') === 'string') return [];
  return [
    {
      code: 'MANIFEST_VALUE_INVALID',
      message: `The agent ${quote(name)} cannot judge: its answers have no boolean "pass" and no text "why".`,
      hint: 'Give it an output_schema with both.',
      path,
    },
  ];
}

function schemaOf(reference: SchemaReference | undefined, schemas: CompiledProject['project']['schemas']): unknown {
  return typeof reference === 'string' ? schemas[reference.replace(/\.json$/u, '')] : reference;
}

function typeOf(schema: unknown, field: string): unknown {
  const property = childOf(childOf(schema, 'properties'), field);
  return childOf(property, 'type');
}

function childOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}
