import type { DeclaredNodeSpec } from '../../src/manifest/index.ts';
import {
  argument,
  openProject,
  type HostKind,
  type OpenEngine,
  type TestProject,
  type TestTools,
} from './engine-fixture.ts';

export type MapNode = Extract<DeclaredNodeSpec, { type: 'map' }>;

export interface OneMap extends Omit<TestProject, 'workflow'> {
  readonly host?: HostKind;
  readonly node: Omit<MapNode, 'id' | 'type' | 'items'> & { readonly items?: MapNode['items'] };
}

/** A workflow that is one map over the request. */
export async function openMap({ host = 'memory', node, ...project }: OneMap): Promise<OpenEngine> {
  const workflow = { nodes: [{ id: 'each', type: 'map' as const, items: '${{ input }}', ...node }] };
  return openProject({ ...project, workflow }, { host });
}

/** The output of a map whose items are all done. */
export const done = (...outputs: readonly unknown[]): object[] =>
  outputs.map((output, index) => ({ index, ok: true, output }));

/** Fails for texts that begin with "bad". */
export const pick: TestTools[string] = (arguments_) => {
  const text = String(argument(arguments_, 'text'));
  if (text.startsWith('bad')) throw new Error(`"${text}" is bad.`);
  return text.toUpperCase();
};

export const picking = { type: 'tool', tool: 'pick', arguments: { text: '${{ item }}' } } as const;
