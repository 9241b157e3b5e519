import fc from 'fast-check';
import { expect, it } from 'vitest';
import { routeTask } from '../../src/engine/routing.ts';
import type { PipelineSpec } from '../../src/manifest/index.ts';
import { compiledSample } from '../support/compiled-sample.ts';
import { propertySettings, propertyTimeoutMs } from '../support/property-settings.ts';

const way = { entry: 'work', ends: ['work'] };

/** Those that fit best are equal in all but their ids. */
const pipelines: readonly (readonly [string, PipelineSpec])[] = [
  ['plain', way],
  ['chat', { ...way, modes: ['chat'], priority: 9 }],
  ['large', { ...way, tags: ['large', 'urgent'] }],
  ...['b', 'ä', 'B', '10', '9', 'b2'].map((id): readonly [string, PipelineSpec] => [
    id,
    { ...way, tags: ['urgent'], score: 'size(input)' },
  ]),
  ['late', { ...way, tags: ['urgent'], score: '0 - size(input)' }],
  ['odd', { ...way, tags: ['urgent'], score: 'input.size' }],
];

function compiledIn(order: readonly (readonly [string, PipelineSpec])[]) {
  return compiledSample([{ id: 'work', type: 'transform', output: 1 }], [], {
    pipelines: { pipelines: Object.fromEntries(order) },
  });
}

it(
  'gives a task the same pipeline, with the same account, in whatever order the file lists equal ones',
  () => {
    const request = { mode: 'dry_run', tags: ['urgent'], input: 'go' };
    const decision = routeTask(compiledIn(pipelines), request);
    expect(decision).toMatchObject({ chosen: '10', rule: 'pipeline.id' });
    const shuffled = fc.shuffledSubarray([...pipelines], { minLength: pipelines.length });
    fc.assert(
      fc.property(shuffled, (order) => {
        expect(routeTask(compiledIn(order), request)).toEqual(decision);
      }),
      propertySettings(1_000),
    );
  },
  propertyTimeoutMs,
);
