import { describe, expect, it } from 'vitest';
import { compareProjects, type CompiledProject } from '../../../../src/manifest-compiler/index.ts';
import {
  sampleAgents,
  sampleEdges,
  sampleNodes,
  sampleTools,
  sampleVersion,
  shortComparison,
  workflowOf,
  type SampleParts,
  type ShortComparison,
} from '../../../support/project-versions.ts';

const nodes = sampleNodes;
const edges = sampleEdges;
const old = sampleVersion();

function compare(parts: SampleParts): ShortComparison {
  return shortComparison(old, sampleVersion(parts));
}

function withNodes(
  changed: Readonly<Record<string, object>>,
  changedEdges: readonly object[] = edges,
  rest: object = {},
): SampleParts {
  return { workflow: workflowOf({ ...nodes, ...changed }, changedEdges, rest) };
}

const afterPlan = ['write stage_before_changed', 'look stage_before_changed'];
const afterWrite = [
  'review stage_before_changed post',
  'publish stage_before_changed post',
  'fix stage_before_changed',
];
const allAgain = [...afterPlan, ...afterWrite];

describe('what no finished stage depends on', () => {
  it('is nothing at all, when nothing differs', () => {
    expect(compare({})).toEqual({ verdict: 'compatible', differences: [] });
  });

  it('is descriptions, the mark of the entry, and the order of nodes and of edges without conditions', () => {
    const described = Object.entries(nodes).toReversed();
    const parts = {
      workflow: workflowOf(
        { ...Object.fromEntries(described), plan: { ...nodes.plan, description: 'Plans.', entry: true } },
        edges.toReversed(),
        { description: 'A sample.' },
      ),
      agents: { ...sampleAgents, writer: { ...sampleAgents.writer, description: 'Writes.' } },
    };
    expect(compare(parts)).toEqual({ verdict: 'compatible', differences: [] });
  });

  it('is the name of a model or of a prompt file: what counts is what they are', () => {
    const parts = {
      engine: {
        name: 'sample',
        models: { tiny: { provider: 'ollama', model: 'llama' } },
        permissions: { filesystem: { read: ['.', 'docs'] } },
      },
      agents: {
        ...sampleAgents,
        planner: { ...sampleAgents.planner, model: 'tiny', prompt: 'Plan.' },
        writer: { ...sampleAgents.writer, model: 'tiny' },
      },
    };
    expect(compare(parts)).toEqual({ verdict: 'compatible', differences: [] });
  });

  it('is how often and how long it may try, which is told', () => {
    const parts = {
      ...withNodes({ write: { ...nodes.write, retries: 3, timeout: '1m' } }),
      tools: { ...sampleTools, post: { ...sampleTools.post, timeout: '5s' } },
    };
    expect(compare(parts)).toEqual({
      verdict: 'compatible',
      differences: ['limits_changed tools.post.timeout', 'limits_changed write retries timeout'],
    });
  });

  it('is what it may spend, which is told', () => {
    const budget = { max_tokens_total: 1_000 };
    const parts = {
      ...withNodes({ write: { ...nodes.write, budget } }),
      agents: { ...sampleAgents, writer: { ...sampleAgents.writer, budget } },
    };
    expect(compare(parts)).toEqual({
      verdict: 'compatible',
      differences: ['limits_changed agents.writer.budget workflow.nodes.write.budget'],
    });
  });

  it('is what is permitted, and which plugins take part', () => {
    const engine = {
      ...old.project.engine,
      permissions: { filesystem: { read: ['.'] }, commands: { allow: ['npm test'] } },
    };
    const plugins = [{ name: 'log', type: 'telemetry.logger', config: { path: 'log.jsonl' } }];
    expect(compare({ engine, plugins })).toEqual({
      verdict: 'compatible',
      differences: [
        'permissions_narrowed engine.permissions.filesystem.read',
        'permissions_widened engine.permissions.commands.allow',
        'plugins_changed plugins',
      ],
    });
  });

  it('is a node behind it', () => {
    const parts = withNodes({ tidy: nodes.look }, [...edges, { from: 'look', to: 'tidy' }]);
    expect(compare(parts)).toEqual({
      verdict: 'compatible',
      differences: ['node_added tidy', 'edge_added look→tidy'],
      added: ['tidy'],
    });
  });

  it('is how the task is closed at an end', () => {
    expect(compare(withNodes({ done: { type: 'end', status: 'failure' } }))).toEqual({
      verdict: 'compatible',
      differences: ['node_changed done status'],
    });
  });

  it('is a schema or a store that its agent has nothing to do with', () => {
    const { memory, schemas } = old.project;
    const parts = {
      schemas: { ...schemas, Other: { type: 'number' } },
      memory: { ...memory, memory: { ...memory.memory, project_store: { type: 'file_json', path: 'memory.json' } } },
    };
    expect(compare(parts)).toEqual({ verdict: 'compatible', differences: [] });
  });
});

describe('a changed node runs again with all behind it', () => {
  it.each<[string, SampleParts, string]>([
    ['prompt', { texts: { 'prompts/plan.md': 'Plan well.' } }, 'agents.planner.prompt'],
    [
      'model',
      { agents: { ...sampleAgents, planner: { ...sampleAgents.planner, model: 'large' } } },
      'agents.planner.model',
    ],
    [
      'output schema, however far down',
      { schemas: { ...old.project.schemas, Step: { type: 'array' } } },
      'agents.planner.output_schema',
    ],
    [
      'context profile',
      { memory: { ...old.project.memory, context_profiles: { short: { max_tokens: 50, sources: ['task_store'] } } } },
      'agents.planner.context_profile',
    ],
    [
      'memory store',
      { memory: { ...old.project.memory, memory: { task_store: { type: 'in_memory', max_messages: 3 } } } },
      'agents.planner.context_profile',
    ],
    ['input', withNodes({ plan: { ...nodes.plan, input: 'Be quick.' } }), 'input'],
  ])('when its %s differs', (_, parts, field) => {
    expect(compare(parts)).toEqual({
      verdict: 'migratable',
      differences: [`node_changed plan ${field}`],
      again: ['plan node_changed', ...allAgain],
    });
  });

  it('when it asks another agent', () => {
    expect(compare(withNodes({ write: { ...nodes.write, agent: 'planner' } }))).toMatchObject({
      verdict: 'migratable',
      again: ['write node_changed', ...afterWrite],
    });
  });

  it('when its tool is another one, and then says which tools may act twice', () => {
    const parts = { tools: { ...sampleTools, post: { type: 'module', module: './post.js' } } };
    expect(compare(parts)).toEqual({
      verdict: 'migratable',
      differences: [
        'node_changed review agents.critic.tools',
        'node_changed publish tools.post.type tools.post.module',
      ],
      again: ['review node_changed post', 'publish node_changed post', 'fix stage_before_changed'],
    });
  });

  it('when a decision has other choices, but not when a choice leads elsewhere', () => {
    const renamed = edges.map((edge) => (edge.condition === 'bad' ? { ...edge, condition: 'poor' } : edge));
    expect(compare(withNodes({}, renamed))).toEqual({
      verdict: 'migratable',
      differences: ['node_changed review choices', 'edge_changed review→fix conditional'],
      again: ['review node_changed post', 'publish stage_before_changed post', 'fix edges_changed'],
    });
    const led = edges
      .map((edge) => (edge.condition === 'bad' ? { ...edge, to: 'done' } : edge))
      .filter(({ from }) => from !== 'fix');
    const { fix: _, ...others } = nodes;
    expect(compare({ workflow: workflowOf(others, led) })).toEqual({
      verdict: 'migratable',
      differences: [
        'node_removed fix',
        'edge_removed review→fix conditional',
        'edge_removed fix→done',
        'edge_added review→done conditional',
      ],
      dropped: ['fix'],
    });
  });
});

describe('a node that is reached in another way', () => {
  it('runs again when a node is put before it', () => {
    const parts = withNodes({ draft: nodes.fix }, [
      ...edges.filter(({ to }) => to !== 'review'),
      { from: 'write', to: 'draft' },
      { from: 'draft', to: 'review' },
    ]);
    expect(compare(parts)).toEqual({
      verdict: 'migratable',
      differences: [
        'node_added draft',
        'edge_removed write→review',
        'edge_added write→draft',
        'edge_added draft→review',
      ],
      again: ['review edges_changed post', 'publish stage_before_changed post', 'fix stage_before_changed'],
      added: ['draft'],
    });
  });

  it('has its result dropped when it is gone', () => {
    const { look: _, ...others } = nodes;
    expect(
      compare({
        workflow: workflowOf(
          others,
          edges.filter(({ to }) => to !== 'look'),
        ),
      }),
    ).toEqual({
      verdict: 'migratable',
      differences: ['node_removed look', 'edge_removed plan→look'],
      dropped: ['look'],
    });
  });

  it('is refused when the pipeline begins elsewhere', () => {
    const parts = withNodes({ greet: nodes.fix }, [...edges, { from: 'greet', to: 'plan' }]);
    const [pipeline] = compareProjects(old, sampleVersion(parts)).pipelines;
    expect(pipeline).toMatchObject({
      verdict: 'refused',
      reasons: [
        {
          kind: 'entry_changed',
          sentence:
            'Pipeline "sample" begins at "greet" instead of "plan", so nothing that came of "plan" can be kept. Begin a new task.',
        },
      ],
    });
  });
});

describe('a node under another id', () => {
  it('keeps its result, and so do those that read it by its new id', () => {
    const { plan, write, ...others } = nodes;
    const list = { outline: plan, write: { ...write, input: { plan: '${{ stages.outline.output }}' } }, ...others };
    const links = edges.map((edge) => (edge.from === 'plan' ? { ...edge, from: 'outline' } : edge));
    expect(compare({ workflow: workflowOf(list, links) })).toEqual({
      verdict: 'migratable',
      differences: ['node_renamed plan'],
      renamed: ['plan outline'],
    });
  });

  it('is another node when it does something else, too', () => {
    const { look: _, ...others } = nodes;
    const renamed = edges.map((edge) => (edge.to === 'look' ? { ...edge, to: 'search' } : edge));
    const workflow = workflowOf({ ...others, search: { type: 'tool', tool: 'post' } }, renamed);
    expect(compare({ workflow })).toMatchObject({ verdict: 'migratable', dropped: ['look'], added: ['search'] });
  });
});

function matrix(tool: string): CompiledProject {
  return sampleVersion({
    ...withNodes({ spare: { type: 'tool', tool } }),
    pipelines: { fallbacks: [{ stage: 'publish', to: 'spare' }] },
  });
}

describe('pipelines', () => {
  const pipelines = { full: { entry: 'plan', ends: ['done'] }, quick: { entry: 'plan', ends: ['look'] } };
  const declared = sampleVersion({ pipelines: { pipelines } });

  it('are compared one by one, and what lies outside of one is of no matter to it', () => {
    const after = sampleVersion({
      ...withNodes({ write: { ...nodes.write, input: 'Write.' } }),
      pipelines: { pipelines: { ...pipelines, quick: { ...pipelines.quick, priority: 3 }, third: pipelines.full } },
    });
    const { verdict, differences, pipelines: found } = compareProjects(declared, after);
    expect(verdict).toBe('migratable');
    expect(differences).toEqual([{ kind: 'pipeline_added', sentence: 'Pipeline "third" is new.' }]);
    expect(found.map(({ pipeline, verdict: own }) => [pipeline, own])).toEqual([
      ['full', 'migratable'],
      ['quick', 'compatible'],
    ]);
    expect(found[1]?.differences.map(({ kind, fields }) => [kind, fields])).toEqual([
      ['routing_changed', ['priority']],
    ]);
  });

  it('that are gone are refused', () => {
    const after = sampleVersion({ pipelines: { pipelines: { full: pipelines.full } } });
    expect(compareProjects(declared, after).pipelines[1]).toEqual({
      verdict: 'refused',
      pipeline: 'quick',
      reasons: [{ kind: 'pipeline_removed', sentence: 'There is no pipeline "quick" any more. Begin a new task.' }],
      differences: [{ kind: 'pipeline_removed', sentence: 'Pipeline "quick" is gone.' }],
      mapping: { kept: [], again: [], dropped: ['plan', 'look'], renamed: [], added: [] },
    });
  });

  it('are the whole workflow where none is declared, whatever it is called', () => {
    expect(compare({ workflow: workflowOf(nodes, edges, { id: 'other' }) })).toEqual({
      verdict: 'compatible',
      differences: [],
    });
  });

  it('get the clones of a fallback matrix compared like nodes', () => {
    expect(shortComparison(matrix('list'), matrix('post'))).toMatchObject({
      verdict: 'migratable',
      again: ['spare~~publish node_changed post'],
    });
    expect(shortComparison(old, matrix('list'))).toMatchObject({
      differences: ['fallbacks_changed fallbacks'],
      added: ['spare~~publish'],
    });
  });
});
