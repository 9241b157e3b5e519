import { createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { createMachine, type StateValue } from 'xstate';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inspectWith } from '../../../src/inspect/index.ts';
import type { EngineEvent } from '../../../src/index.ts';
import { openDirectory, openProject, type TestProject } from '../../support/engine-fixture.ts';
import { openRelay, type Received } from '../../support/inspect-relay.ts';
import { failureError } from '../../../src/errors/index.ts';

const project: TestProject = {
  workflow: {
    nodes: [
      { id: 'plan', type: 'tool', tool: 'plan', retries: 1, backoff: '1s' },
      { id: 'left', type: 'tool', tool: 'left' },
      { id: 'right', type: 'tool', tool: 'right', retries: 0 },
      { id: 'rescue', type: 'transform', output: 'rescued' },
      { id: 'both', type: 'merge' },
      { id: 'close', type: 'end', output: '${{ stages.rescue.output }}' },
    ],
    edges: [
      { from: 'plan', to: 'left' },
      { from: 'plan', to: 'right' },
      { from: 'right', to: 'rescue', type: 'error' },
      { from: 'left', to: 'both' },
      { from: 'rescue', to: 'both' },
      { from: 'both', to: 'close' },
    ],
  },
  tools: {
    plan: (_, { attempt }) => {
      if (attempt === 1) throw failureError({ code: 'tool.failed', message: 'Not now.' });
      return 'planned';
    },
    left: () => 'left',
    right: () => {
      throw failureError({ code: 'tool.failed', message: 'Never.' });
    },
  },
};

const Value = z.custom<StateValue>((value) => typeof value === 'string' || typeof value === 'object');
const Context = z.object({ task: z.string(), stages: z.record(z.string(), z.string()) });
const rootOf = (received: readonly Received[]): string | undefined =>
  received.find(({ type, name }) => type === '@xstate.actor' && name === 'first')?.sessionId;
const snapshotsOf = (received: readonly Received[]) =>
  received.flatMap(({ type, sessionId, snapshot }) =>
    type === '@xstate.snapshot' && sessionId === rootOf(received) && snapshot !== undefined ? [snapshot] : [],
  );
const isOver = (received: readonly Received[]): boolean => snapshotsOf(received).at(-1)?.status === 'done';
const stagesOf = (context: unknown): Record<string, string> => Context.parse(context).stages;

/** Stages at work after each event of the engine, by their names. */
function atWorkAfter(events: readonly EngineEvent[]): readonly string[] {
  const atWork = new Set<string>();
  return events.map(({ type, stageId = '' }) => {
    if (type === 'stage.started') atWork.add(stageId);
    if (type === 'stage.finished' || type === 'stage.failed' || type === 'stage.retrying') atWork.delete(stageId);
    return [...atWork].toSorted().join();
  });
}

function withoutRepeats(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => name !== names[index - 1]);
}

const done = { plan: 'done', left: 'done', right: 'failed', rescue: 'done', both: 'done', close: 'done' };

describe('an engine that is inspected', () => {
  it("shows Stately's receiver the chart of a task and the states that it goes through", async () => {
    const relay = await openRelay();
    const seen: StatelyInspectionEvent[] = [];
    createWebSocketReceiver({ server: relay.url }).subscribe((event) => void seen.push(event));
    const { engine, clock, events } = await openProject(project, { host: 'memory' });
    const warnings: string[] = [];
    await inspectWith(engine, { url: relay.url, warn: (message) => void warnings.push(message) });
    const result = await clock.outcomeOf(engine.runOne('go', { id: 'first' }));
    await engine.close();
    await relay.until(isOver);
    const received = relay.received();

    const actor = received.find(({ sessionId, type }) => type === '@xstate.actor' && sessionId === rootOf(received));
    const machine = createMachine(z.record(z.string(), z.unknown()).parse(JSON.parse(actor?.definition ?? '')));
    const snapshots = snapshotsOf(received);
    for (const { value } of snapshots) machine.resolveState({ value: Value.parse(value) });
    const running = snapshots.map(({ children }) =>
      Object.keys(z.object({}).loose().parse(children)).toSorted().join(),
    );
    expect(withoutRepeats(running)).toEqual(withoutRepeats(['', ...atWorkAfter(events)]));
    expect(running).toContain('left,right');
    expect(stagesOf(snapshots.at(-1)?.context)).toEqual(done);
    expect(snapshots.at(-1)?.value).toBe(result.status);
    expect(warnings).toEqual([]);
    expect(seen.map(({ type }) => type)).toEqual(expect.arrayContaining(['@xstate.actor', '@xstate.snapshot']));
  });

  it('goes on in a later process with what was done before', async () => {
    const first = await openProject(project, { host: 'local' });
    await first.engine.createTask({ id: 'first', input: 'go', breakpoints: ['both'] });
    await first.clock.outcomeOf(first.engine.runTask('first'));
    await first.engine.close();

    const relay = await openRelay();
    const { engine, clock } = await openDirectory(first.directory, project.tools ?? {}, { host: 'local' });
    await inspectWith(engine, { url: relay.url });
    await clock.outcomeOf(engine.resumeTask('first'));
    await engine.close();
    await relay.until(isOver);
    const snapshots = snapshotsOf(relay.received());
    expect(stagesOf(snapshots.at(-1)?.context)).toEqual(done);
    expect(first.calls).toEqual(['plan', 'plan', 'left', 'right']);
  });

  it('tells nothing that is redacted, and what tools are given only when that is asked for', async () => {
    const secretive: TestProject = {
      ...project,
      plugins: [],
      redact: ['hush-[0-9]+'],
      workflow: {
        nodes: [
          { id: 'plan', type: 'tool', tool: 'left', arguments: { word: 'hush-123', other: 'spoken' } },
          { id: 'close', type: 'end' },
        ],
        edges: [{ from: 'plan', to: 'close' }],
      },
    };
    const texts = async (payloads: 'metadata' | 'full'): Promise<string> => {
      const relay = await openRelay();
      const { engine, clock } = await openProject(secretive, { host: 'memory' });
      await inspectWith(engine, { url: relay.url, payloads });
      await clock.outcomeOf(engine.runOne('go', { id: 'first' }));
      await engine.close();
      await relay.until(isOver);
      return relay.texts.join('\n');
    };
    const full = await texts('full');
    const metadata = await texts('metadata');
    expect({ secret: full.includes('hush-123'), told: full.includes('spoken') }).toEqual({ secret: false, told: true });
    expect(metadata).not.toContain('spoken');
  });

  it('is not run differently when nobody answers, and says so once', async () => {
    const relay = await openRelay();
    await relay.stop();
    const { engine, clock } = await openProject(project, { host: 'memory' });
    const warnings: string[] = [];
    await inspectWith(engine, { url: relay.url, warn: (message) => void warnings.push(message) });
    const { status } = await clock.outcomeOf(engine.runOne('go'));
    await engine.close();
    expect({ status, warnings }).toEqual({
      status: 'completed',
      warnings: [`The inspector at ${relay.url} does not answer. Tasks go on without it.`],
    });
  });

  it('is not run differently when the receiver goes away, or the inspection is closed, in the middle', async () => {
    const relay = await openRelay();
    const other = await openRelay();
    const warnings: string[] = [];
    const leaving: TestProject = {
      ...project,
      tools: {
        ...project.tools,
        left: async () => {
          await relay.stop();
          await second.close();
          return 'left';
        },
      },
    };
    const { engine, clock, events } = await openProject(leaving, { host: 'memory' });
    await inspectWith(engine, { url: relay.url, warn: (message) => void warnings.push(message) });
    const second = await inspectWith(engine, { url: other.url });
    const { status } = await clock.outcomeOf(engine.runOne('go'));
    await engine.close();
    expect({ status, failed: events.filter(({ type }) => type === 'sink.failed') }).toEqual({
      status: 'completed',
      failed: [],
    });
    expect(isOver(other.received())).toBe(false);
    expect(warnings).toEqual([`The inspector at ${relay.url} does not answer. Tasks go on without it.`]);
  });

  it('refuses an address that is none of a WebSocket', async () => {
    const { engine } = await openProject(project, { host: 'memory' });
    await expect(inspectWith(engine, { url: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'PLUGIN_ADDRESS_INVALID',
    });
  });
});
