import type { EdgeSpec, NodeSpec, WorkflowSpec } from '../../src/manifest/index.ts';

const work = (id: string): NodeSpec => ({ id, type: 'agent', agent: 'worker' });

/** Stages in a row. */
export function chainWorkflow(stages: number): WorkflowSpec {
  const nodes = Array.from({ length: stages }, (_, place) => work(`s${place}`));
  const edges = nodes.slice(1).map(({ id }, place): EdgeSpec => ({ from: `s${place}`, to: id }));
  return {
    id: 'chain',
    nodes: [...nodes, { id: 'end', type: 'end' }],
    edges: [...edges, { from: `s${stages - 1}`, to: 'end' }],
  };
}

/** Forks in a row whose branches meet again; the first branch of each has a stage that stands in for it. */
export function blocksWorkflow(blocks: number, width: number): WorkflowSpec {
  const nodes: NodeSpec[] = [work('start')];
  const edges: EdgeSpec[] = [];
  let last = 'start';
  for (let block = 0; block < blocks; block += 1) {
    const [fork, merge, rescue] = [`f${block}`, `m${block}`, `r${block}`];
    const branches = Array.from({ length: width }, (_, place) => `w${block}_${place}`);
    nodes.push(work(fork), { id: merge, type: 'merge' }, work(rescue), ...branches.map(work));
    edges.push(
      { from: last, to: fork },
      { from: rescue, to: merge },
      { from: `w${block}_0`, to: rescue, type: 'error' },
    );
    edges.push(
      ...branches.flatMap((branch) => [
        { from: fork, to: branch },
        { from: branch, to: merge },
      ]),
    );
    last = merge;
  }
  return { id: 'blocks', nodes: [...nodes, { id: 'end', type: 'end' }], edges: [...edges, { from: last, to: 'end' }] };
}

/** A review with branches side by side, handlers that come back to them, and ends of several kinds. */
export const reviewWorkflow: WorkflowSpec = {
  id: 'review',
  nodes: [
    ...['start', 'plan', 'quick', 'fan', 'lint', 'test', 'security', 'apply', 'notify', 'human', 'rescue'].map(work),
    { id: 'triage', type: 'decision', agent: 'judge' },
    { id: 'gate', type: 'decision', agent: 'judge' },
    { id: 'join', type: 'merge', on_branch_failure: 'continue' },
    { id: 'ended', type: 'end' },
    { id: 'ended_quick', type: 'end' },
    { id: 'gave_up', type: 'end' },
  ],
  edges: [
    { from: 'start', to: 'plan' },
    { from: 'plan', to: 'triage' },
    { from: 'plan', to: 'gave_up', type: 'error' },
    { from: 'triage', to: 'quick', condition: 'small' },
    { from: 'triage', to: 'fan', condition: 'large' },
    { from: 'quick', to: 'ended_quick' },
    { from: 'quick', to: 'fan', type: 'fallback', on: ['timeout'] },
    { from: 'fan', to: 'lint' },
    { from: 'fan', to: 'test' },
    { from: 'fan', to: 'security' },
    { from: 'lint', to: 'join' },
    { from: 'test', to: 'join' },
    { from: 'security', to: 'join' },
    { from: 'security', to: 'human', type: 'error' },
    { from: 'human', to: 'join' },
    { from: 'test', to: 'rescue', type: 'fallback', on: ['timeout'] },
    { from: 'rescue', to: 'join' },
    { from: 'join', to: 'gate' },
    { from: 'join', to: 'gave_up', type: 'error' },
    { from: 'gate', to: 'apply', condition: 'good' },
    { from: 'gate', to: 'gave_up', condition: 'bad' },
    { from: 'apply', to: 'notify' },
    { from: 'apply', to: 'ended' },
    { from: 'notify', to: 'ended' },
  ],
};
