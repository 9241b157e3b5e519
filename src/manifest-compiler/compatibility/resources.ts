import type {
  FeedbackNodeSpec,
  NodeSpec,
  ProjectSpec,
  ToolSpec,
  ToolType,
  WorkflowSpec,
} from '../../manifest/index.ts';
import { textOf } from '../compile/compile-agent.ts';
import { agentsOf } from '../explore/model-use.ts';
import { isChildSpec } from '../roles/child-work.ts';
import { schemaClosure } from './schema-closure.ts';
import { stableText } from './stable-text.ts';

/** Parts of a definition as text, by the field of the manifests that they come from. */
export type Fields = ReadonlyMap<string, string>;

/** What the agents and tools of a project give a node that names them. */
export interface Resources {
  fieldsOf(spec: NodeSpec): Fields;
  /** Tools of a node that may change the world. */
  toolsWithEffects(spec: NodeSpec): readonly string[];
}

/** Fields of a tool that bound or guard its work, and do not change what it gives. */
const toolLimits: ReadonlySet<string> = new Set([
  'timeout',
  'max_output_bytes',
  'capabilities',
  'risk',
  'consent',
  'allow_hosts',
  'consent_timeout',
]);

const readsOnly = {
  'filesystem.read_file': true,
  'filesystem.list': true,
  'filesystem.search': true,
  'memory.recall': true,
  'filesystem.write_file': false,
  'filesystem.patch': false,
  'memory.remember': false,
  'command.run': false,
  module: false,
  registered: false,
  'http.request': false,
  mcp: false,
} as const satisfies Record<ToolType, boolean>;

/** Every agent and tool is put into text once, however many nodes use it. */
export function createResources(project: ProjectSpec): Resources {
  const agents = new Map<string, Fields>();
  const tools = new Map<string, Fields>();
  const bodies = new Map<string, Fields>();
  const effects = new Map<string, readonly string[]>();
  const resources: Resources = {
    fieldsOf(spec) {
      const body = bodyOf(project, spec);
      if (body !== undefined) return remembered(bodies, body.name, () => bodyFields(body, resources));
      if (spec.type === 'feedback') return answerFields(project, spec);
      const ofAgents = agentsOf(spec).map((id) => remembered(agents, id, () => agentFields(project, id)));
      const tool = toolOf(spec);
      const ofTool = tool === undefined ? [] : [remembered(tools, tool, () => toolFields(project, tool))];
      return new Map(ofAgents.concat(ofTool).flatMap((fields) => Array.from(fields)));
    },
    toolsWithEffects(spec) {
      const body = bodyOf(project, spec);
      if (body !== undefined) {
        const known = effects.get(body.name) ?? effectsOf(body, resources);
        effects.set(body.name, known);
        return known;
      }
      const ofAgents = agentsOf(spec).flatMap((id) => project.agents[id]?.tools ?? []);
      const all = new Set([...ofAgents, toolOf(spec) ?? '']);
      return [...all].filter((name) => mayChangeTheWorld(project.tools[name]));
    },
  };
  return resources;
}

interface Body {
  readonly name: string;
  readonly workflow: WorkflowSpec;
}

/** What the child tasks of a node run. */
function bodyOf({ workflows }: ProjectSpec, spec: NodeSpec): Body | undefined {
  if (!isChildSpec(spec)) return undefined;
  const workflow = Object.hasOwn(workflows, spec.workflow) ? workflows[spec.workflow] : undefined;
  return workflow === undefined ? undefined : { name: spec.workflow, workflow };
}

/** A body is what its nodes and edges say, and what those name: no workflow contains itself. */
function bodyFields({ name, workflow }: Body, resources: Resources): Fields {
  const { description: _description, ...said } = workflow;
  const own = toFields({ [`workflows.${name}`]: said });
  return new Map([...own, ...workflow.nodes.flatMap((node) => [...resources.fieldsOf(node)])]);
}

function effectsOf({ workflow }: Body, resources: Resources): readonly string[] {
  return [...new Set(workflow.nodes.flatMap((node) => resources.toolsWithEffects(node)))];
}

/** What an answer has to look like. */
function answerFields(project: ProjectSpec, { schema }: FeedbackNodeSpec): Fields {
  return toFields({ 'answer schema': schema === undefined ? undefined : schemaClosure(project, schema) });
}

function remembered(known: Map<string, Fields>, id: string, make: () => Fields): Fields {
  const fields = known.get(id) ?? make();
  known.set(id, fields);
  return fields;
}

function toolOf(spec: NodeSpec): string | undefined {
  return 'tool' in spec ? spec.tool : undefined;
}

function mayChangeTheWorld(tool: ToolSpec | undefined): boolean {
  if (tool === undefined) return false;
  const isDeclaredSafe = tool.capabilities?.every((capability) => capability === 'deterministic_safe') ?? false;
  return !readsOnly[tool.type] && !isDeclaredSafe;
}

/** All that reaches a model. The description is for people, and a price changes no answer. */
function agentFields(project: ProjectSpec, id: string): Fields {
  const agent = project.agents[id];
  if (agent === undefined) return new Map();
  const {
    description: _,
    prompt,
    model,
    fallback_models,
    context_profile,
    tools,
    output_schema,
    json,
    budget: _budget,
    ...rest
  } = agent;
  const { retries: _retries, ...answers } = json ?? {};
  const fields: Record<string, unknown> = {
    ...rest,
    prompt: textOf(project, prompt) ?? prompt,
    model: modelOf(project, model ?? project.engine.defaults?.model),
    fallback_models: fallback_models?.map((alias) => modelOf(project, alias)),
    context_profile: context_profile === undefined ? undefined : profileOf(project, context_profile),
    tools: tools?.map((name) => ({
      name,
      description: project.tools[name]?.description,
      tool: toolParts(project, name),
    })),
    output_schema: output_schema === undefined ? undefined : schemaClosure(project, output_schema),
    json: Object.keys(answers).length === 0 ? undefined : answers,
  };
  const template = project.pipelines.pipeline_templates?.agent_node;
  return toFields({ ...prefixed(`agents.${id}`, fields), 'pipeline_templates.agent_node': template });
}

function modelOf(project: ProjectSpec, alias = 'offline'): unknown {
  const spec = project.engine.models?.[alias];
  if (spec === undefined) return alias;
  const { price: _, script, ...rest } = spec;
  return script === undefined ? rest : { ...rest, script: textOf(project, script) ?? script };
}

function profileOf({ memory }: ProjectSpec, name: string): unknown {
  const profile = memory.context_profiles?.[name];
  return { profile, stores: profile?.sources.map((store) => memory.memory?.[store]) };
}

function toolFields(project: ProjectSpec, name: string): Fields {
  const template = project.pipelines.pipeline_templates?.tool_node;
  return toFields({
    ...prefixed(`tools.${name}`, toolParts(project, name)),
    'pipeline_templates.tool_node': template,
  });
}

function toolParts(project: ProjectSpec, name: string): Record<string, unknown> {
  const { description: _, ...spec } = project.tools[name] ?? {};
  const parts = Object.entries(spec).filter(([field]) => !toolLimits.has(field));
  return Object.fromEntries(
    parts.map(([field, value]) => [field, field.endsWith('_schema') ? schemaClosure(project, value) : value]),
  );
}

function prefixed(prefix: string, fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([field, value]) => [`${prefix}.${field}`, value]));
}

/** A field that is not there is the same as one that is left out. */
export function toFields(fields: Record<string, unknown>): Fields {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return new Map(entries.map(([field, value]) => [field, stableText(value)]));
}
