import { createActorContext } from '@xstate/react';
import {
  compileManifests,
  createStageActor,
  createWorkflowMachine,
  statusOf,
  type ChartSnapshot,
} from 'agent-engine/compiler';
import type { ReactElement } from 'react';
import type { Snapshot } from 'xstate';

const workflow = `
workflow:
  id: letter
  nodes:
    - { id: write, type: agent, agent: writer }
    - { id: send, type: feedback, question: 'Send it?' }
    - { id: sent, type: end }
  edges:
    - { from: write, to: send }
    - { from: send, to: sent }
`;
const { compiled } = compileManifests({
  'workflow.yaml': workflow,
  'agents.yaml': 'agents: { writer: { model: offline, prompt: Write a letter. } }',
});
const [pipeline] = compiled?.pipelines.values() ?? [];
if (pipeline === undefined) throw new Error('The workflow does not compile.');
const { graph, chart } = pipeline;

/** What a stage does: here all but "send" are done at once, and that one waits until the page is left. */
const stage = createStageActor((node, signal) =>
  node === 'send'
    ? new Promise((end) => signal.addEventListener('abort', () => end({ kind: 'done' })))
    : { kind: 'done' },
);
export const machine = createWorkflowMachine(graph, chart()).provide({ actors: { stage } });
export const input = { seed: 'page', maxParallel: 4, paused: false };

const Task = createActorContext(machine);

/** A task that begins, or one that goes on from a snapshot. */
export function Page({ snapshot }: { readonly snapshot?: Snapshot<unknown> }): ReactElement {
  return (
    <Task.Provider options={snapshot === undefined ? { input } : { snapshot }}>
      <Nodes />
    </Task.Provider>
  );
}

function Nodes(): ReactElement {
  const found: ChartSnapshot = Task.useSelector((snapshot) => snapshot);
  return (
    <ul>
      {graph.nodes.map((node) => (
        <li key={node.id}>{`${node.id}: ${statusOf(found.context.control, node)}`}</li>
      ))}
    </ul>
  );
}
