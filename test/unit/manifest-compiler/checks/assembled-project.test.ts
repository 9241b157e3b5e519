import { describe, expect, it } from 'vitest';
import { foundProblems } from '../../../support/found-problems.ts';
import { checkTexts } from '../../../support/sample-project.ts';

const step = { id: 'a', type: 'transform', output: 1 };
const main = { workflow: { id: 'x', nodes: [step] } };

function check(manifests: Readonly<Record<string, unknown>>, files: Readonly<Record<string, unknown>> = {}) {
  const named = Object.entries({ workflow: main, ...manifests }).map(
    ([kind, value]) => [`${kind}.json`, value] as const,
  );
  const texts = [...named, ...Object.entries(files)].map(([file, value]) => [file, JSON.stringify(value)] as const);
  return checkTexts(new Map(texts));
}

/** What is made of a project that may ask for more than this version does. */
function made(manifests: Readonly<Record<string, unknown>>) {
  const { project, draft } = check(manifests);
  return project ?? draft;
}

const memoryOf = (type: string) => ({
  memory: { task_store: { type: 'in_memory' }, project_store: { type }, global_store: { type } },
  context_profiles: {
    plain: { max_tokens: 100, sources: ['task_store'] },
    searched: { max_tokens: 100, sources: ['task_store'], retrieval_policy: 'keyword' },
    guessed: { max_tokens: 100, sources: ['task_store'], retrieval_policy: 'semantic' },
  },
});

describe('the project that is made of manifests', () => {
  it('has the tools that this version can run', () => {
    const tools = {
      registered: { type: 'registered' },
      read: { type: 'filesystem.read_file', root: '.' },
      write: { type: 'filesystem.write_file', root: '.' },
      list: { type: 'filesystem.list', root: '.' },
      run: { type: 'command.run', command: 'ls' },
      search: { type: 'filesystem.search', root: '.' },
      patch: { type: 'filesystem.patch', root: '.' },
      remember: { type: 'memory.remember' },
      recall: { type: 'memory.recall' },
      fetch: { type: 'http.request', url: 'https://example.org' },
      serve: { type: 'mcp', command: 'x', only: ['one', 'two', 'one'] },
    };
    expect(Object.keys(made({ tools: { tools } })?.tools ?? {})).toEqual([
      'registered',
      'read',
      'write',
      'list',
      'run',
      'search',
      'patch',
      'remember',
      'recall',
      'fetch',
      'serve.one',
      'serve.two',
    ]);
  });

  it('has the memory stores and the context profiles that this version knows', () => {
    expect(made({ memory: memoryOf('disabled') })?.memory).toStrictEqual(memoryOf('disabled'));
    expect(made({ memory: memoryOf('sqlite') })?.memory).toStrictEqual(memoryOf('sqlite'));
  });

  it('has every node with the name of what it runs, and no node that runs nothing', () => {
    const nodes = [
      { id: 'each', type: 'map', items: '${{ input }}', max_items: 3, node: step },
      { id: 'again', type: 'repeat', max_iterations: 3, body: { nodes: [step] } },
      { id: 'call', type: 'workflow', workflow: './workflows/inner.json' },
    ];
    const edges = [
      { from: 'each', to: 'again' },
      { from: 'again', to: 'call' },
    ];
    const { project } = check({ workflow: { workflow: { id: 'x', nodes, edges } } }, { 'workflows/inner.json': main });
    expect(project?.workflow.nodes).toEqual([
      { id: 'each', type: 'map', items: '${{ input }}', max_items: 3, workflow: 'each' },
      { id: 'again', type: 'repeat', max_iterations: 3, workflow: 'again' },
      { id: 'call', type: 'workflow', workflow: 'workflows/inner.json' },
    ]);
  });
});

describe('a project with errors', () => {
  const asking = { id: 'x', nodes: [{ id: 'ask', type: 'agent', agent: 'nobody' }] };
  const agents = { agents: { writer: { prompt: 'Write.' } } };
  const unschooled = { id: 'x', nodes: [{ id: 'ask', type: 'feedback', schema: { type: 5 } }] };

  it.each([
    ['none', {}, 'project'],
    ['an agent that is not there', { workflow: { workflow: asking }, agents }, 'draft'],
    [
      'a file that is not there',
      {
        workflow: {
          workflow: {
            id: 'x',
            nodes: [{ ...step, id: 'c', type: 'workflow', workflow: 'workflows/y.json', output: undefined }],
          },
        },
      },
      'draft',
    ],
    ['a schema of answers that does not compile', { workflow: { workflow: unschooled } }, 'draft'],
    ['an agent without a prompt', { agents: { agents: { writer: {} } } }, 'draft'],
    [
      'a merge without edges',
      { workflow: { workflow: { id: 'x', nodes: [step, { id: 'm', type: 'merge' }] } } },
      'nothing',
    ],
    ['a fallback to nowhere', { pipelines: { fallbacks: [{ to: 'nowhere' }] } }, 'nothing'],
    ['settings that cannot be read', { engine: { engine: { name: 'e', state_dir: 5 } } }, 'nothing'],
  ])('is still good for finding more of them unless the graph may be another: %s', (_, manifests, expected) => {
    const { project, draft } = check(manifests);
    expect(project === undefined ? (draft === undefined ? 'nothing' : 'draft') : 'project').toBe(expected);
  });
});

describe('the place of a problem', () => {
  it('is that in the file, whatever stands before it that could not be read', () => {
    const nodes = [{ id: 5 }, { id: 'a', type: 'agent', agent: 'nobody' }, step];
    const manifests = {
      workflow: { workflow: { id: 'x', nodes } },
      agents: { agents: { writer: { prompt: 'Write.' } } },
      pipelines: { fallbacks: [{ to: 5 }, { stage: 'nowhere', to: 'a' }, { to: 'a' }] },
    };
    expect(foundProblems(manifests, ['MANIFEST_REFERENCE_UNKNOWN']).map((text) => text.replace(/: .*$/u, ''))).toEqual([
      'workflow.json workflow.nodes.1.agent',
      'pipelines.json fallbacks.1.stage',
    ]);
  });
});

const unknownNames = (manifests: Readonly<Record<string, object>>) =>
  foundProblems(manifests, ['MANIFEST_REFERENCE_UNKNOWN']).map((text) => text.replace(/ is no .*$/u, ''));

const asking = (agent: string) => ({ workflow: { id: 'x', nodes: [{ id: 'a', type: 'agent', agent }] } });

describe('names', () => {
  it('are known of what is there and cannot be read, but not of its parts', () => {
    const agents = { agents: { writer: 5, reader: { prompt: 5 } } };
    expect(unknownNames({ workflow: asking('writer'), agents })).toEqual([]);
    expect(unknownNames({ workflow: asking('reader'), agents })).toEqual([]);
    expect(unknownNames({ workflow: asking('prompt'), agents })).toEqual([
      'workflow.json workflow.nodes.0.agent: "prompt"',
    ]);
  });

  it('may be any where all that have names cannot be read', () => {
    expect(unknownNames({ workflow: asking('writer'), agents: { agents: 5 } })).toEqual([]);
    const pipelines = { pipelines: { p: { entry: 'a', ends: ['b'] } } };
    expect(unknownNames({ workflow: { workflow: { id: 'x', nodes: 5 } }, pipelines })).toEqual([]);
    expect(
      unknownNames({ workflow: { workflow: { id: 'x', nodes: [{ id: 'a', type: 5 }, step] } }, pipelines }),
    ).toEqual(['pipelines.json pipelines.p.ends.0: "b"']);
  });
});

const starts = (workflow: object, rest: object = {}, files: Readonly<Record<string, unknown>> = {}) =>
  foundProblems({ workflow: { workflow: { id: 'x', ...workflow } }, ...rest }, ['MANIFEST_ENTRY_AMBIGUOUS'], files);

const rowTo = (to: string) => ({
  pipelines: {
    fallbacks: [
      { stage: 'call', to: 'spare' },
      { stage: 'a', to },
    ],
  },
});

describe('the graph', () => {
  const nodes = ['a', 'b', 'c'].map((id) => Object.assign({}, step, { id }));
  const edges = [{ from: 'b', to: 'a' }];
  const ambiguous = 'workflow.nodes.1.id: Several nodes could be the first one: "b", "c".';

  it('is looked at when all its nodes and edges can be read, whatever else cannot', () => {
    expect(starts({ nodes, edges })).toEqual([`workflow.json ${ambiguous}`]);
    expect(starts({ nodes, edges, exit: 'sometimes' })).toEqual([`workflow.json ${ambiguous}`]);
    expect(starts({ nodes, edges: [...edges, { from: 'c', to: 5 }] })).toEqual([]);
    expect(starts({ nodes: [...nodes, { id: 5 }], edges })).toEqual([]);
    expect(starts({ nodes, edges: [...edges, { from: 'x', to: 'c' }] })).toEqual([]);
  });

  it('has the fallbacks of the matrix that lead to its own nodes', () => {
    const file = 'workflows/inner.json';
    const call = {
      nodes: [
        { id: 'call', type: 'workflow', workflow: file },
        { ...step, id: 'spare' },
      ],
    };
    const inner = { [file]: { workflow: { id: 'y', nodes, edges } } };
    expect(starts(call, rowTo('spare'), inner)).toEqual([`${file} ${ambiguous}`]);
    expect(starts(call, rowTo('c'), inner)).toEqual([]);
  });

  it('has of nodes with one id the first', () => {
    const twins = [...nodes, { id: 'b', type: 'end' }];
    expect(
      foundProblems({ workflow: { workflow: { id: 'x', nodes: twins, edges } } }, ['MANIFEST_EDGE_FROM_END']),
    ).toEqual([]);
  });
});

const exceeded = (tool: object, permissions: unknown, rest: object = {}) =>
  foundProblems(
    { workflow: main, engine: { engine: { name: 'e', permissions, ...rest } }, tools: { tools: { t: tool } } },
    ['MANIFEST_PERMISSION_EXCEEDED'],
  ).length > 0;

const reading = (root: string) => ({ type: 'filesystem.read_file', root });

const permitted = (...read: readonly string[]) => ({ filesystem: { read } });

describe('what a tool may reach', () => {
  it.each([
    ['docs', 'docs', false],
    ['docs/api', 'docs', false],
    ['documents', 'docs', true],
    ['docs/../src', 'docs', true],
    ['/tmp/docs', '/', false],
    ['docs', '.', false],
    ['..', '.', true],
    ['/etc', '.', true],
    ['C:/Windows', '.', true],
    ['../../docs/api', '../../docs', false],
    ['../../docs', '../..', false],
    ['../../../docs', '../..', true],
    ['${env:LOG_DIRECTORY}/docs', 'docs', false],
    ['docs', '${env:LOG_DIRECTORY}', false],
  ])('is what is permitted or inside of it: %s in %s', (root, allowed, expected) => {
    expect(exceeded(reading(root), permitted(allowed))).toBe(expected);
  });

  it('is not asked while the permissions cannot be read, whatever else of the engine can', () => {
    expect(exceeded(reading('docs'), { filesystem: { read: 5 } })).toBe(false);
    expect(exceeded(reading('docs'), permitted('src'), { state_dir: 5 })).toBe(true);
  });

  it('is to be written for tools that write, and read as well for those that tell what was there', () => {
    const rights = { filesystem: { read: ['docs'], write: ['out'] } };
    const outcomes = ['filesystem.read_file', 'filesystem.list', 'filesystem.write_file', 'filesystem.patch'].map(
      (type) => exceeded({ type, root: 'out' }, rights),
    );
    expect(outcomes).toEqual([true, true, false, true]);
  });
});
