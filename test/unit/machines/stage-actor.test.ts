import { createActor, waitFor } from 'xstate';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  createStageActor,
  createWorkflowMachine,
  statusOf,
  tokenOf,
  type ControlState,
  type StageEnd,
  type StageFunction,
  type WorkflowGraph,
} from '../../../src/machines/index.ts';
import { emitChart } from '../../../src/manifest-compiler/lanes/emit.ts';
import { analyseConcurrency } from '../../../src/manifest-compiler/plan/concurrency.ts';
import { outlineWorkflow, planGraph } from '../../../src/manifest-compiler/plan/workflow-plan.ts';
import type { WorkflowSpec } from '../../../src/manifest/index.ts';

const workflow: WorkflowSpec = {
  id: 'embedded',
  nodes: [
    { id: 'plan', type: 'agent', agent: 'planner', retries: 1, backoff: '1ms' },
    { id: 'left', type: 'transform', output: 1 },
    { id: 'right', type: 'tool', tool: 'run' },
    { id: 'rescue', type: 'transform', output: 2 },
    { id: 'both', type: 'merge' },
    { id: 'close', type: 'end' },
  ],
  edges: [
    { from: 'plan', to: 'left' },
    { from: 'plan', to: 'right' },
    { from: 'right', to: 'rescue', type: 'error' },
    { from: 'left', to: 'both' },
    { from: 'right', to: 'both' },
    { from: 'rescue', to: 'both' },
    { from: 'both', to: 'close' },
  ],
};

async function runEmbedded(run: StageFunction) {
  const graph = planGraph(workflow, outlineWorkflow(workflow, {}), 'plan');
  const machine = createWorkflowMachine(graph, emitChart(graph, analyseConcurrency(graph)));
  const actor = createActor(machine.provide({ actors: { stage: createStageActor(run) } }), {
    input: { seed: 'page', maxParallel: 8, paused: false },
  });
  actor.start();
  return { actor, graph };
}

const Context = z.object({ control: z.object({ tokens: z.string(), statuses: z.string() }) });

function statuses(graph: WorkflowGraph, snapshot: { readonly context: unknown }): Record<string, string> {
  const { control } = Context.parse(snapshot.context);
  return Object.fromEntries(graph.nodes.map((node) => [node.id, statusOf(control, node)]));
}

const done: StageEnd = { kind: 'done' };

describe('a compiled machine run by XState itself', () => {
  it('runs stages as invoked actors, retries and takes error edges as a host does', async () => {
    const calls: string[] = [];
    const { actor, graph } = await runEmbedded((node) => {
      calls.push(node);
      if (node === 'plan' && calls.length === 1) return { kind: 'failed', category: 'provider', retryable: true };
      return node === 'right' ? { kind: 'failed', category: 'tool', retryable: false } : done;
    });
    const last = await waitFor(actor, (snapshot) => snapshot.status === 'done');
    expect(calls.toSorted()).toEqual(['both', 'left', 'plan', 'plan', 'rescue', 'right']);
    expect(last.output).toEqual({ verdict: 'completed' });
    expect(statuses(graph, last)).toEqual({
      plan: 'done',
      left: 'done',
      right: 'failed',
      rescue: 'done',
      both: 'done',
      close: 'done',
    });
  });

  it('tells a stage which edges led to it', async () => {
    const seen: Record<string, ControlState> = {};
    const { actor, graph } = await runEmbedded((node, _signal, control) => {
      seen[node] = control;
      return node === 'right' ? { kind: 'failed', category: 'tool', retryable: false } : done;
    });
    await waitFor(actor, (snapshot) => snapshot.status === 'done');
    const led = Object.entries(seen).map(([node, control]) => {
      const inbound = graph.byId.get(node)?.inbound ?? [];
      return [node, inbound.filter((edge) => tokenOf(control, edge) === 'live').map(({ from }) => from.id)] as const;
    });
    expect(Object.fromEntries(led)).toEqual({
      plan: [],
      left: ['plan'],
      right: ['plan'],
      rescue: ['right'],
      both: ['left', 'rescue'],
    });
  });

  it('fails the stage when its function throws, and aborts what is at work when it is cancelled', async () => {
    const aborted: string[] = [];
    const { actor, graph } = await runEmbedded(async (node, signal) => {
      if (node === 'right') throw new Error('boom');
      if (node !== 'left') return done;
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted.push(node);
          resolve(done);
        });
      });
    });
    await waitFor(actor, (snapshot) => statuses(graph, snapshot)['right'] === 'failed');
    actor.send({ type: 'task.cancel' });
    const value: unknown = actor.getSnapshot().value;
    expect({ value, aborted }).toEqual({ value: 'cancelled', aborted: ['left'] });
  });
});
