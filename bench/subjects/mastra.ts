import path from 'node:path';
import { z } from 'zod';
import { layersOf } from '../support/layers.ts';
import { hasFunctions, isRecord, loadPeer } from '../support/peer.ts';
import { stagesOf, type Setting, type Subject, type Work, type Workload } from '../support/workload.ts';

interface Run {
  start(input: { inputData: unknown }): Promise<{ status: string; result?: unknown; steps: unknown; error?: unknown }>;
}

interface Workflow {
  then(step: unknown): Workflow;
  parallel(steps: readonly unknown[]): Workflow;
  commit(): Workflow;
  createRun(): Promise<Run>;
}

interface StepCall {
  readonly inputData: unknown;
}

interface WorkflowModule {
  readonly createStep: (step: Record<string, unknown> & { execute(call: StepCall): Promise<unknown> }) => unknown;
  readonly createWorkflow: (workflow: Record<string, unknown>) => Workflow;
}

interface MastraModule {
  readonly Mastra: new (options: Record<string, unknown>) => { getWorkflow(name: string): Workflow };
}

interface Store {
  close(): Promise<void>;
}

interface LibsqlModule {
  readonly LibSQLStore: new (options: { id: string; url: string }) => Store;
}

/** Without a Mastra around it nothing is kept. */
export const mastra: Subject = async (setting) => {
  const workflow = workflowOf(await loadPeer('@mastra/core/workflows', isWorkflowModule), setting);
  return createWorkload(setting, workflow);
};

/** With its whole state in a file of libsql after every step. */
export const mastraLibsql: Subject = async (setting) => {
  const inner = workflowOf(await loadPeer('@mastra/core/workflows', isWorkflowModule), setting);
  const { Mastra } = await loadPeer('@mastra/core/mastra', isMastraModule);
  const { LibSQLStore } = await loadPeer('@mastra/libsql', isLibsqlModule);
  const storage = new LibSQLStore({ id: 'bench', url: `file:${path.join(setting.directory, 'mastra.db')}` });
  const library = new Mastra({ workflows: { bench: inner }, storage, logger: false });
  const workload = createWorkload(setting, library.getWorkflow('bench'));
  return { ...workload, close: () => storage.close() };
};

function createWorkload({ shape }: Setting, workflow: Workflow): Workload {
  const stages = stagesOf(shape);
  return {
    async runTask(input) {
      const run = await workflow.createRun();
      const { status, result, steps, error } = await run.start({ inputData: { value: input } });
      if (status !== 'success') throw new Error(`Mastra came to ${status}.`, { cause: error });
      const counted = isRecord(steps) ? Object.keys(steps).filter((id) => /^s\d+$/u.test(id)).length : 0;
      if (counted !== stages) throw new Error(`Mastra counted ${counted} stages instead of ${stages}.`);
      return isRecord(result) ? result['value'] : undefined;
    },
    async close() {},
  };
}

/** Steps side by side are a parallel block, whose end waits for all of them. */
function workflowOf({ createStep, createWorkflow }: WorkflowModule, { shape, work }: Setting): Workflow {
  const schemas = { inputSchema: z.any(), outputSchema: z.any() };
  let workflow = createWorkflow({ id: 'bench', ...schemas });
  for (const layer of layersOf(shape)) {
    const steps = layer.map(({ at }) => createStep({ id: `s${at}`, ...schemas, execute: executeOf(at, work) }));
    workflow = steps.length === 1 ? workflow.then(steps[0]) : workflow.parallel(steps);
  }
  return workflow.commit();
}

function executeOf(at: number, work: Work): (call: StepCall) => Promise<unknown> {
  return async ({ inputData }) => ({ value: await work.run(at, isRecord(inputData) ? inputData['value'] : undefined) });
}

function isWorkflowModule(module: unknown): module is WorkflowModule {
  return hasFunctions(module, ['createStep', 'createWorkflow']);
}

function isMastraModule(module: unknown): module is MastraModule {
  return hasFunctions(module, ['Mastra']);
}

function isLibsqlModule(module: unknown): module is LibsqlModule {
  return hasFunctions(module, ['LibSQLStore']);
}
