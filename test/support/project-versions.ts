import { ProjectSpec, WorkflowSpec } from '../../src/manifest/index.ts';
import {
  compareProjects,
  compileProject,
  type CompiledProject,
  type Compatibility,
  type Difference,
} from '../../src/manifest-compiler/index.ts';

/** Parts of a project as manifests have them; what is left out is as in the sample. */
export interface SampleParts {
  readonly workflow?: object;
  readonly workflows?: object;
  readonly agents?: object;
  readonly tools?: object;
  readonly engine?: object;
  readonly pipelines?: object;
  readonly memory?: object;
  readonly plugins?: readonly object[];
  readonly schemas?: object;
  readonly texts?: object;
}

/** plan → write → review, which leads to publish or over fix to the end; look is a branch of its own. */
export const sampleNodes = {
  plan: { type: 'agent', agent: 'planner' },
  write: { type: 'agent', agent: 'writer', input: { plan: '${{ stages.plan.output }}' } },
  look: { type: 'tool', tool: 'list' },
  review: { type: 'decision', agent: 'critic' },
  publish: { type: 'tool', tool: 'post' },
  fix: { type: 'agent', agent: 'writer' },
  done: { type: 'end' },
};

export const sampleEdges = [
  { from: 'plan', to: 'write' },
  { from: 'plan', to: 'look' },
  { from: 'write', to: 'review' },
  { from: 'review', to: 'publish', condition: 'good' },
  { from: 'review', to: 'fix', condition: 'bad' },
  { from: 'publish', to: 'done' },
  { from: 'fix', to: 'done' },
];

export const sampleAgents = {
  planner: { prompt: 'prompts/plan.md', model: 'small', context_profile: 'short', output_schema: 'Plan' },
  writer: { prompt: 'Write.', model: 'small' },
  critic: { prompt: 'Judge.', tools: ['post'] },
};

export const sampleTools = { list: { type: 'filesystem.list', root: '.' }, post: { type: 'registered' } };

const sampleEngine = {
  name: 'sample',
  models: { small: { provider: 'ollama', model: 'llama' }, large: { provider: 'ollama', model: 'llama-large' } },
  permissions: { filesystem: { read: ['.', 'docs'] } },
};

const sampleMemory = {
  memory: { task_store: { type: 'in_memory' } },
  context_profiles: { short: { max_tokens: 100, sources: ['task_store'] } },
};

const sampleSchemas = { Plan: { $ref: 'Step' }, Step: { type: 'object' }, Other: { type: 'string' } };

/** A workflow from nodes by id. */
export function workflowOf(
  nodes: Readonly<Record<string, object>>,
  edges: readonly object[],
  rest: object = {},
): WorkflowSpec {
  const list = Object.entries(nodes).map(([id, node]) => Object.assign({ id }, node));
  return WorkflowSpec.parse({ id: 'sample', nodes: list, edges, ...rest });
}

/** A version of the sample; throws for one that does not compile. */
export function sampleVersion(parts: SampleParts = {}): CompiledProject {
  const project = ProjectSpec.parse({
    workflow: workflowOf(sampleNodes, sampleEdges),
    agents: sampleAgents,
    tools: sampleTools,
    engine: sampleEngine,
    pipelines: {},
    memory: sampleMemory,
    plugins: [],
    schemas: sampleSchemas,
    texts: { 'prompts/plan.md': 'Plan.' },
    ...parts,
  });
  const { compiled, problems } = compileProject(project);
  if (compiled === undefined) throw new Error(JSON.stringify(problems));
  return compiled;
}

/** What a comparison says, short enough to be compared as a whole. */
export interface ShortComparison {
  readonly verdict: Compatibility['verdict'];
  readonly differences: readonly string[];
  /** Each with its kind, when it is not always, and the tools that may act twice. */
  readonly again?: readonly string[];
  readonly renamed?: readonly string[];
  readonly dropped?: readonly string[];
  readonly added?: readonly string[];
}

/** The comparison of two versions with one pipeline; empty lists are left out. */
export function shortComparison(before: CompiledProject, after: CompiledProject): ShortComparison {
  const { verdict, differences, pipelines } = compareProjects(before, after);
  const [pipeline] = pipelines;
  if (pipeline === undefined || pipelines.length > 1) throw new Error('There is not one pipeline.');
  const { again, renamed, dropped, added } = pipeline.mapping;
  const repeats = again.map(({ node, kind, when, tools }) =>
    [node, kind, ...(when === 'always' ? [] : [when]), ...tools].join(' '),
  );
  return {
    verdict,
    differences: [...differences, ...pipeline.differences].map(shortDifference),
    ...(repeats.length > 0 && { again: repeats }),
    ...(renamed.length > 0 && { renamed: renamed.map(({ from, to }) => `${from} ${to}`) }),
    ...(dropped.length > 0 && { dropped }),
    ...(added.length > 0 && { added }),
  };
}

function shortDifference({ kind, node, edge, fields }: Difference): string {
  const place = edge === undefined ? node : `${edge.from}→${edge.to}${edge.type === 'normal' ? '' : ` ${edge.type}`}`;
  return [kind, ...(place === undefined ? [] : [place]), ...(fields ?? [])].join(' ');
}
