import { describe, expect, it } from 'vitest';
import { openProject, type OpenEngine, type TestProject } from '../../../support/engine-fixture.ts';
import { stageOf } from '../../../support/task-reading.ts';

interface Variant {
  readonly agent: string;
  readonly when?: string;
}

const agents = { own: { prompt: 'Write.' }, long: { prompt: 'Write much.' }, terse: { prompt: 'Write little.' } };

function turns(...variants: readonly Variant[]): TestProject {
  return {
    workflow: { nodes: [{ id: 'write', type: 'agent', agent: 'own', agent_variants: [...variants] }] },
    engine: { overrides: { parse_requests: true } },
    agents,
  };
}

/** Agents that are asked by ten tasks, whose ids fall to different ones. */
async function askedBy(
  opened: OpenEngine,
  input: string,
  overrides: readonly string[] = [],
): Promise<readonly string[]> {
  const asked = new Set<string>();
  for (let at = 0; at < 10; at += 1) {
    const result = await opened.clock.outcomeOf(opened.engine.runOne(input, { id: `task-${at}`, overrides }));
    asked.add(stageOf(result, 'write').agent ?? '');
  }
  return [...asked].toSorted((one, other) => one.localeCompare(other));
}

describe('an agent that is to be avoided', () => {
  it('is passed over where others take turns with it', async () => {
    const project = turns({ agent: 'long' }, { agent: 'terse' });
    expect(await askedBy(await openProject(project, { host: 'memory' }), 'x')).toEqual(['long', 'terse']);
    const opened = await openProject(project, { host: 'local' });
    expect(await askedBy(opened, 'x', ['avoid=terse'])).toEqual(['long']);
    const [, decision] = (await opened.engine.showTask('task-0')).routing;
    expect(decision).toMatchObject({
      candidates: [{ id: 'long' }, { id: 'terse', refusal: 'it is to be avoided' }, { id: 'own' }],
      overrides: ['override-1'],
    });
    expect(await opened.engine.replayTask('task-0')).toHaveLength(1);
  });

  it('is passed over when plain words of the request say so', async () => {
    const opened = await openProject(turns({ agent: 'long' }, { agent: 'terse' }), { host: 'memory' });
    expect(await askedBy(opened, 'Do not use terse.')).toEqual(['long']);
  });

  it('leaves the stage to the agent of the node when no other variant is there', async () => {
    const opened = await openProject(turns({ agent: 'terse' }), { host: 'memory' });
    expect(await askedBy(opened, 'x', ['avoid=terse'])).toEqual(['own']);
  });

  it('stands in nobody’s way as the agent of a node that never asks it', async () => {
    const opened = await openProject(turns({ agent: 'long' }), { host: 'memory' });
    expect(await askedBy(opened, 'x', ['avoid=own'])).toEqual(['long']);
  });

  it.each([
    ['no variant', [], 'avoid=own'],
    ['variants that may all be out', [{ agent: 'long', when: 'true' }], 'avoid=own'],
    ['variants that are to be avoided as well', [{ agent: 'long' }], 'avoid=own,long'],
  ])('takes the pipeline with it when it may be all that is left beside %s', async (_, variants, avoid) => {
    const { engine } = await openProject(turns(...variants), { host: 'memory' });
    await expect(engine.runOne('x', { overrides: [avoid] })).rejects.toMatchObject({ code: 'ROUTING_NO_PIPELINE' });
  });
});

const below = (...variants: readonly Variant[]): TestProject => ({
  workflow: { nodes: [{ id: 'call', type: 'workflow', workflow: 'part.json' }] },
  files: {
    'part.json': JSON.stringify({
      workflow: { id: 'part', nodes: [{ id: 'write', type: 'agent', agent: 'own', agent_variants: variants }] },
    }),
  },
  agents,
});

describe('an agent that is to be avoided in a child task', () => {
  it('is passed over there, too', async () => {
    const { engine, events, clock } = await openProject(below({ agent: 'long' }, { agent: 'terse' }), {
      host: 'memory',
    });
    for (let at = 0; at < 10; at += 1)
      await clock.outcomeOf(engine.runOne('x', { id: `task-${at}`, overrides: ['avoid=terse'] }));
    const asked = events.flatMap(({ type, data }) => (type === 'agent.called' && 'agent' in data ? [data.agent] : []));
    expect([asked.length, new Set(asked)]).toEqual([10, new Set(['long'])]);
  });

  it('takes the pipeline with it when it may be all that is left', async () => {
    const { engine } = await openProject(below(), { host: 'memory' });
    await expect(engine.runOne('x', { overrides: ['avoid=own'] })).rejects.toMatchObject({
      code: 'ROUTING_NO_PIPELINE',
    });
  });
});
