import type { ProjectParts } from './project-fixture.ts';

/** Asks some questions at once, uses each answer, and gives all of them. */
export function questionProject(names: readonly string[]): ProjectParts {
  return {
    workflow: {
      nodes: [
        { id: 'start', type: 'transform', output: '${{ input }}' },
        ...names.flatMap((name) => [
          { id: name, type: 'feedback' as const, question: `${name}?` },
          { id: `use_${name}`, type: 'transform' as const, output: '${{ {"used": output.value} }}' },
        ]),
        ...(names.length > 1 ? [{ id: 'join', type: 'merge' as const }] : []),
        { id: 'finish', type: 'end', output: '${{ output }}' },
      ],
      edges: [
        ...names.flatMap((name) => [
          { from: 'start', to: name },
          { from: name, to: `use_${name}` },
          { from: `use_${name}`, to: names.length > 1 ? 'join' : 'finish' },
        ]),
        ...(names.length > 1 ? [{ from: 'join', to: 'finish' }] : []),
      ],
    },
  };
}

export function ordersOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((first, at) => ordersOf(items.toSpliced(at, 1)).map((rest) => [first].concat(rest)));
}
