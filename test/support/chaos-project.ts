import type { DeclaredNodeSpec } from '../../src/manifest/index.ts';
import type { ProjectParts } from './project-fixture.ts';

/** At most so many stages are at work at a time in one process. */
export const placesAtATime = 4;
export const taskCount = 20;

const kinds = ['chain', 'fork', 'map', 'retry', 'feedback', 'repeat'] as const;

export interface ChaosTask {
  readonly id: string;
  readonly input: { readonly kind: string; readonly items: readonly number[] };
}

export function chaosTasks(length: number): readonly ChaosTask[] {
  return Array.from({ length: taskCount }, (_, at) => ({
    id: `task${at}`,
    input: { kind: kinds[at % kinds.length] ?? '', items: Array.from({ length }, (_item, index) => index) },
  }));
}

interface Part {
  readonly nodes: readonly DeclaredNodeSpec[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/** A workflow with a branch for each way in which stages can follow each other; a task takes the one it names. */
export function chaosProject(length: number): ProjectParts {
  const branches: Readonly<Record<(typeof kinds)[number], Part>> = {
    chain: chained('chain', length, (id) => tool(id, 'work')),
    fork: forked(length),
    map: single({ id: 'map', type: 'map', items: '${{ input.items }}', max_parallel: 3, node: work }),
    retry: chained('retry', Math.ceil(length / 2), (id) => ({ ...tool(id, 'flaky'), retries: 1, backoff: '10ms' })),
    feedback: asked(Math.ceil(length / 3)),
    repeat: single({
      id: 'repeat',
      type: 'repeat',
      max_iterations: length,
      until: `iteration == ${length}`,
      node: { type: 'tool', tool: 'work', arguments: { before: '${{ iteration }}' } },
    }),
  };
  const parts = Object.values(branches);
  const entries = kinds.map((kind) => ({
    from: 'choose',
    to: entryOf(branches[kind]),
    when: `input.kind == "${kind}"`,
  }));
  return {
    workflow: {
      nodes: [{ id: 'choose', type: 'decision' }, ...parts.flatMap(({ nodes }) => nodes)],
      edges: [...entries, ...parts.flatMap(({ edges }) => edges)],
    },
    engine: { limits: { max_parallel: placesAtATime } },
    tools: { work: { type: 'registered' }, flaky: { type: 'registered' } },
  };
}

const work = { type: 'tool', tool: 'work', arguments: { before: '${{ item }}' } } as const;

function tool(id: string, name: string): DeclaredNodeSpec {
  return { id, type: 'tool', tool: name, arguments: { before: '${{ output }}' } };
}

function entryOf({ nodes }: Part): string {
  return nodes[0]?.id ?? '';
}

function single(node: DeclaredNodeSpec): Part {
  return { nodes: [node], edges: [] };
}

function chained(name: string, length: number, make: (id: string) => DeclaredNodeSpec): Part {
  const ids = Array.from({ length }, (_, at) => `${name}${at}`);
  const edges = ids.slice(1).map((to, at) => ({ from: `${name}${at}`, to }));
  return { nodes: ids.map((id) => make(id)), edges };
}

function forked(width: number): Part {
  const arms = Array.from({ length: width }, (_, at) => `arm${at}`);
  return {
    nodes: [tool('fork', 'work'), ...arms.map((id) => tool(id, 'work')), { id: 'join', type: 'merge' }],
    edges: arms.flatMap((id) => [
      { from: 'fork', to: id },
      { from: id, to: 'join' },
    ]),
  };
}

/** Two questions at a time, some times in a row, each with work before and after it. */
function asked(rounds: number): Part {
  const names = Array.from({ length: rounds }, (_, at) => String(at));
  return {
    nodes: names.flatMap((at): DeclaredNodeSpec[] => [
      tool(`draft${at}`, 'work'),
      { id: `ask${at}`, type: 'feedback' },
      { id: `check${at}`, type: 'feedback' },
      tool(`use${at}`, 'work'),
      { id: `agree${at}`, type: 'merge' },
    ]),
    edges: [
      ...names.flatMap((at) => [
        { from: `draft${at}`, to: `ask${at}` },
        { from: `draft${at}`, to: `check${at}` },
        { from: `ask${at}`, to: `use${at}` },
        { from: `use${at}`, to: `agree${at}` },
        { from: `check${at}`, to: `agree${at}` },
      ]),
      ...names.slice(1).map((at, before) => ({ from: `agree${before}`, to: `draft${at}` })),
    ],
  };
}
