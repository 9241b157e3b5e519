import { createActor, waitFor } from 'xstate';
import {
  compileManifests,
  createStageActor,
  createTableStepper,
  createWorkflowMachine,
  explore,
  formatProblem,
} from '../../../src/manifest-compiler/index.ts';

const files = {
  'workflow.yaml': `
workflow:
  id: greeting
  nodes:
    - { id: read, type: agent, agent: reader }
    - { id: welcome, type: end, output: 'Hello, \${{ stages.read.output.name }}.' }
    - { id: give_up, type: end, status: failure, output: '\${{ error.message }}' }
  edges:
    - { from: read, to: welcome }
    - { from: read, to: give_up, type: error }
`,
  'agents.yaml': `
agents:
  reader: { model: offline, prompt: 'Who is speaking? {{ task.input }}' }
`,
};

const { compiled, problems, sources } = compileManifests(files);
for (const problem of problems) console.log(formatProblem(problem, sources));

for (const { id, graph, chart } of compiled?.pipelines.values() ?? []) {
  // Every way through the workflow, each with a run that takes it.
  for (const { trace, verdict } of explore(graph, 'paths').scenarios) console.log(`${trace.join(' → ')}: ${verdict}`);

  // One step at a time: a snapshot and an event give the next snapshot and what is to be done, as data.
  const input = { seed: id, maxParallel: 4, paused: false };
  const stepper = createTableStepper(graph);
  const first = stepper.init(input);
  console.log(JSON.stringify(first.effects));

  // Run by XState, with a function of your own for what a stage does.
  const stage = createStageActor((node) => {
    console.log(`${node} runs`);
    return { kind: 'done' };
  });
  const machine = createWorkflowMachine(graph, chart()).provide({ actors: { stage } });
  const actor = createActor(machine, { input });
  actor.start();
  await waitFor(actor, ({ status }) => status === 'done');
  console.log(actor.getSnapshot().value);
}
