import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeclaredNodeSpec } from '../../src/manifest/index.ts';
import { argument, openProject, type HostKind, type TestTools } from '../support/engine-fixture.ts';
import { propertySettings, propertyTimeoutMs } from '../support/property-settings.ts';

/** What is run for a list of items or again and again, down to a tool that fails for some of them. */
type Body =
  | { readonly kind: 'work' }
  | { readonly kind: 'map'; readonly count: number; readonly quorum: number | undefined; readonly body: Body }
  | { readonly kind: 'repeat'; readonly rounds: number; readonly body: Body };

const body = fc.letrec<{ body: Body }>((tie) => ({
  body: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ kind: fc.constant('work' as const) }),
    fc.record({
      kind: fc.constant('map' as const),
      count: fc.integer({ min: 0, max: 4 }),
      quorum: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      body: tie('body'),
    }),
    fc.record({ kind: fc.constant('repeat' as const), rounds: fc.integer({ min: 1, max: 3 }), body: tie('body') }),
  ),
})).body;

type Node = NonNullable<Extract<DeclaredNodeSpec, { type: 'map' }>['node']>;

/** Each item and each round adds its number to the path that the tool is given. */
function nodeOf(spec: Body, maxParallel: number): Node {
  if (spec.kind === 'work') return { type: 'tool', tool: 'work', arguments: { path: '${{ input }}' }, retries: 0 };
  const node = nodeOf(spec.body, maxParallel);
  if (spec.kind === 'repeat') {
    const input = '${{ input + [iteration] }}';
    return { type: 'repeat', max_iterations: spec.rounds, input, node, on_exhausted: 'accept' };
  }
  const items = Array.from({ length: spec.count }, (_, at) => at);
  const input = '${{ input + [index] }}';
  const rule =
    spec.quorum === undefined ? { on_item_failure: 'continue' } : { on_item_failure: 'quorum', quorum: spec.quorum };
  return { type: 'map', items, input, node, max_parallel: maxParallel, ...rule };
}

interface Setting {
  readonly host: HostKind;
  readonly maxParallel: number;
}

/** What a run comes to, without its times. */
async function resultOf(spec: Body, failing: ReadonlySet<number>, { host, maxParallel }: Setting): Promise<object> {
  const tools: TestTools = {
    work: async (arguments_) => {
      const path = JSON.stringify(argument(arguments_, 'path'));
      const number = Buffer.from(path).reduce((sum, byte) => (sum * 31 + byte) % 97, 7);
      if (number % 2 === 1) await Promise.resolve(); // not all at the same speed
      if (failing.has(number % 10)) throw new Error(`No ${path}.`);
      return path;
    },
  };
  const top = { id: 'top', type: 'map', on_item_failure: 'continue', input: '${{ [index] }}' } as const;
  const { engine } = await openProject(
    {
      workflow: { nodes: [{ ...top, items: [0, 1], max_parallel: maxParallel, node: nodeOf(spec, maxParallel) }] },
      tools,
    },
    { host },
  );
  const { status, output, failures, usage } = await engine.runOne('go', { id: 'task' });
  const left = engine.tasks({ below: 'task', status: ['pending', 'running', 'paused', 'waiting'] });
  await engine.close();
  return { status, output, failures, usage, left };
}

describe('nested maps and repeats', () => {
  it(
    'come to the same on every host, however many items are at work at a time',
    async () => {
      await fc.assert(
        fc.asyncProperty(body, fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }), async (spec, numbers) => {
          const failing = new Set(numbers);
          const [first, ...others] = await Promise.all([
            resultOf(spec, failing, { host: 'memory', maxParallel: 1 }),
            resultOf(spec, failing, { host: 'memory', maxParallel: 3 }),
            resultOf(spec, failing, { host: 'local', maxParallel: 2 }),
          ]);
          expect(first).toMatchObject({ left: [] });
          for (const other of others) expect(other).toEqual(first);
        }),
        propertySettings(50),
      );
    },
    propertyTimeoutMs,
  );
});
