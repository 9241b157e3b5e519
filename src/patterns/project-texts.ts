import { stringify } from 'yaml';
import type { ProjectFiles } from '../index.ts';
import type { Common, Role } from './parameters.ts';

/** An agent as agents.yaml has it, with the model of its own that it may have. */
export interface PatternAgent extends Role {
  readonly description?: string;
  /** Name of a schema of the pattern. */
  readonly output_schema?: string;
  readonly context_profile?: string;
}

export interface PatternProject {
  readonly id: string;
  readonly description: string;
  readonly agents: Readonly<Record<string, PatternAgent>>;
  readonly nodes: readonly object[];
  readonly edges: readonly object[];
  /** Object schemas by name; all their fields are required. */
  readonly schemas?: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly tools?: object;
  /** The content of memory.yaml. */
  readonly memory?: object;
}

/** Manifests as texts, by their path in the project. */
export function projectTexts(project: PatternProject, parameters: Common): ProjectFiles {
  const id = parameters.id ?? project.id;
  const { description = project.description } = parameters;
  const tools = { ...parameters.tools, ...project.tools };
  const schemas = Object.entries(project.schemas ?? {}).map(
    ([name, properties]) => [`schemas/${name}.json`, json(objectSchema(properties))] as const,
  );
  return {
    'engine.yaml': yaml({ engine: engineOf(id, project, parameters) }),
    'agents.yaml': yaml({ agents: agentsOf(project) }),
    'workflow.yaml': yaml({ workflow: { id, description, nodes: project.nodes, edges: project.edges } }),
    ...(Object.keys(tools).length > 0 && { 'tools.yaml': yaml({ tools }) }),
    ...(project.memory !== undefined && { 'memory.yaml': yaml(project.memory) }),
    ...Object.fromEntries(schemas),
  };
}

const yaml = (value: object): string => stringify(value, { lineWidth: 120, aliasDuplicateObjects: false });

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

function engineOf(name: string, { agents }: PatternProject, { model, permissions }: Common): object {
  const own = Object.entries(agents).flatMap(([id, agent]) =>
    agent.model === undefined ? [] : [[modelOf(id), agent.model] as const],
  );
  const models = { ...(model !== undefined && { main: model }), ...Object.fromEntries(own) };
  return {
    name,
    version: '0.1.0',
    ...(Object.keys(models).length > 0 && { models }),
    defaults: { model: model === undefined ? 'auto' : 'main', retries: 1 },
    ...(permissions !== undefined && { permissions }),
  };
}

const modelOf = (agent: string): string => `model_of_${agent}`;

function agentsOf({ agents }: PatternProject): object {
  return Object.fromEntries(
    Object.entries(agents).map(([id, { model, ...agent }]) => [
      id,
      { ...agent, ...(model !== undefined && { model: modelOf(id) }) },
    ]),
  );
}

function objectSchema(properties: Readonly<Record<string, object>>): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: Object.keys(properties),
    additionalProperties: false,
    properties,
  };
}
