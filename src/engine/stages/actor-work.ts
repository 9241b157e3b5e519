import {
  agentSteps,
  agentTemplate,
  createMemoryLogic,
  createStepLogic,
  isAgentStep,
  isToolStep,
  keepResident,
  runActor,
  startTaskSystem,
  stopTaskSystem,
  toolSteps,
  type AgentCall,
  type AgentNotes,
  type AgentServices,
  type MemoryActor,
  type StepAt,
  type StepNotes,
  type TaskSystem,
  type ToolNotes,
  type ToolStageCall,
  type WorkEntry,
} from '../../actors/index.ts';
import { EngineError, failureError, failureOf, type Failure } from '../../errors/index.ts';
import { createActorRoot, createWorkMachine, type WorkSteps } from '../../machines/index.ts';
import type { TaskRecord } from '../../hosts/index.ts';
import type { PipelinesFile } from '../../manifest/index.ts';
import type { MemoryStores, PluginSet, ToolRuntime } from '../../services/index.ts';
import { runAgentPluginStep, runToolPluginStep, stateOfStep } from '../plugins/plugin-steps.ts';
import { asStageFailure } from './stage-failure.ts';
import { restoredItems, type Observed } from './restored-memory.ts';
import { watchCall, type ToolMemoryOptions } from './tool-memory.ts';

/** Carries agent and tool stages to the services, as actors under the root of their task. */
export interface ActorWork {
  /** Rejects when the call's signal stops it. */
  runAgent(stage: string, call: AgentCall): Promise<Done<AgentNotes>>;
  runTool(stage: string, call: ToolStageCall): Promise<Done<ToolNotes>>;
  /** Gives a task back what its agents said before, which a store in memory forgot with an earlier process. */
  restore(task: TaskRecord): Promise<void>;
  /** Stops the actors of a task that is at rest; one that is over loses its memory, too. */
  endTask(taskId: string, isOver: boolean): Promise<void>;
}

/** What the steps of a stage noted, and why it went no further. */
export interface Done<Notes> {
  readonly notes: Notes;
  readonly failure?: Failure;
}

export interface ActorWorkOptions {
  readonly templates: PipelinesFile['pipeline_templates'];
  readonly services: AgentServices;
  readonly tools: ToolRuntime;
  readonly stores: MemoryStores;
  readonly plugins: PluginSet;
  readonly memory: ToolMemoryOptions;
  /** What tools gave to agents and tool plans of a task. */
  readonly observedIn: (taskId: string) => readonly Observed[];
}

const toolTemplate = Object.keys(toolSteps);

/** An agent may use its tools and be asked again, as often as its limits say. */
function agentWork(template: readonly string[]): WorkSteps {
  return {
    template,
    ...(template.includes('call_llm') && {
      beside: { use_tools: 'call_llm' },
      jumps: { call_llm: ['use_tools', 'call_llm'], validate_json: ['call_llm'] },
    }),
  };
}

export function createActorWork(options: ActorWorkOptions): ActorWork {
  const { templates, stores, memory } = options;
  const agentEntries = new Map<string, WorkEntry<AgentCall, AgentNotes>>();
  const toolEntries = new Map<string, WorkEntry<ToolStageCall, ToolNotes>>();
  const agentLogic = createStepLogic(agentEntries, (at) => reporting(at.entry.call.stage, runAgentStep(options, at)));
  const toolLogic = createStepLogic(toolEntries, (at) => runToolStep(options, at));
  const root = createActorRoot({
    memory: createMemoryLogic((task) => storeTable(stores, task)),
    agent: createWorkMachine(
      'agent',
      agentWork((templates?.agent_node?.stages ?? agentTemplate).map(stateOfStep)),
      agentLogic,
    ),
    tool: createWorkMachine(
      'tool',
      { template: (templates?.tool_node?.stages ?? toolTemplate).map(stateOfStep) },
      toolLogic,
    ),
  });
  const systems = new Map<string, TaskSystem>();
  /** Tasks whose store was made: it stays while they rest. */
  const remembering = new Set<string>();
  const systemOf = (taskId: string): TaskSystem => {
    const known = systems.get(taskId);
    if (known !== undefined) return known;
    const system = startTaskSystem(root);
    systems.set(taskId, system);
    remembering.add(taskId);
    return system;
  };
  return {
    async runAgent(stage, call) {
      const system = systemOf(call.taskId);
      keepResident(system, { src: 'memory', id: 'memory', input: { task: call.taskId } });
      return runEntry(agentEntries, { src: 'agent', id: `agent:${stage}`, entry: { call, notes: {} }, system });
    },
    async runTool(stage, call) {
      const watched = watchCall(stage, call, memory);
      const done = await resultOf(call, async () =>
        runEntry(toolEntries, {
          src: 'tool',
          id: `tool:${stage}`,
          entry: { call: watched.call, notes: {} },
          system: systemOf(call.taskId),
        }),
      );
      if (done.failure === undefined) await watched.remember(done.notes);
      return done;
    },
    async restore(task) {
      if (await restoreMemory(task, options)) remembering.add(task.creation.id);
    },
    async endTask(taskId, isOver) {
      const system = systems.get(taskId);
      if (system !== undefined) stopTaskSystem(system);
      systems.delete(taskId);
      if (isOver && remembering.delete(taskId)) await stores.task(taskId).close();
    },
  };
}

/** What a call came to, as plugins leave it. One whose result is known is not made again. */
async function resultOf(call: ToolStageCall, run: () => Promise<Done<ToolNotes>>): Promise<Done<ToolNotes>> {
  const known = call.results?.find(call.idempotencyKey);
  const done: Done<ToolNotes> = known === undefined ? await run() : { notes: known };
  if (done.failure !== undefined) return done;
  if (known === undefined) call.results?.keep(call.idempotencyKey, done.notes);
  return review(call, done);
}

/** What plugins leave of what a tool gave: before it is remembered, or anybody sees it. */
async function review(call: ToolStageCall, done: Done<ToolNotes>): Promise<Done<ToolNotes>> {
  if (call.review === undefined) return done;
  const { tool, step, arguments: given } = call;
  const about = { tool, arguments: given, output: done.notes.output ?? null, ...(step !== undefined && { step }) };
  try {
    return { notes: { ...done.notes, output: await call.review(about) } };
  } catch (error) {
    if (call.signal.aborted) throw error;
    return { notes: done.notes, failure: asStageFailure(error, tool) };
  }
}

/** Whether there was something to give back. */
async function restoreMemory(task: TaskRecord, { memory, stores, observedIn }: ActorWorkOptions): Promise<boolean> {
  const { id } = task.creation;
  const items = restoredItems(task, { memory, observed: observedIn(id) });
  if (items.length === 0) return false;
  const store = stores.task(id);
  // What is there says more: what is kept of stages has no arguments of calls, and other times.
  const known = await Promise.all(items.map((item) => store.get(item.id)));
  await store.append(items.filter((_, at) => known[at] === undefined));
  return true;
}

function storeTable(stores: MemoryStores, taskId: string): AgentCall['stores'] {
  return { task_store: stores.task(taskId), project_store: stores.project, global_store: stores.global };
}

interface StoppableCall {
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
}

interface EntryWork<Call, Notes> {
  readonly src: string;
  readonly id: string;
  readonly entry: WorkEntry<Call, Notes>;
  readonly system: TaskSystem;
}

async function runEntry<Call extends StoppableCall, Notes>(
  entries: Map<string, WorkEntry<Call, Notes>>,
  { src, id, entry, system }: EntryWork<Call, Notes>,
): Promise<Done<Notes>> {
  const { idempotencyKey, signal } = entry.call;
  entries.set(idempotencyKey, entry);
  try {
    const output = await runActor(system, { src, id, input: { call: idempotencyKey }, signal });
    const failure = failureIn(output);
    return { notes: entry.notes, ...(failure !== undefined && { failure }) };
  } finally {
    entries.delete(idempotencyKey);
  }
}

/** The machine of a stage ends with `{ failure }`; see `WorkOutput`. */
function failureIn(output: unknown): Failure | undefined {
  if (typeof output !== 'object' || output === null || !('failure' in output) || output.failure === null)
    return undefined;
  return failureOf(Object.assign(new Error('A stage failed.'), output)); // an error costs more than many stages
}

/** Machines know failures alone: what else is thrown becomes one here. */
async function reporting<Notes>(stage: string, work: Promise<Notes>): Promise<Notes> {
  try {
    return await work;
  } catch (error) {
    throw failureError(asStageFailure(error, stage));
  }
}

async function runAgentStep(
  { services, plugins }: ActorWorkOptions,
  at: StepAt<AgentCall, AgentNotes>,
): Promise<StepNotes<AgentNotes>> {
  const { step, entry, signal, find } = at;
  if (!isAgentStep(step)) return runAgentPluginStep({ plugins, validator: services.validator }, at, entry);
  const memory = find('memory');
  if (memory === undefined) throw new EngineError('ENGINE_BUG', 'The memory actor is not there.');
  const actor: MemoryActor = { send: (request) => memory.send(request) };
  return agentSteps[step]({ call: entry.call, notes: entry.notes, services, memory: actor, signal });
}

async function runToolStep(options: ActorWorkOptions, at: StepAt<ToolStageCall, ToolNotes>): Promise<ToolNotes> {
  const { step, entry, signal } = at;
  const { tools, services, plugins } = options;
  if (!isToolStep(step)) return runToolPluginStep({ plugins, validator: services.validator, tools }, at, entry);
  return toolSteps[step]({ call: entry.call, notes: entry.notes, runtime: tools, now: services.now, signal });
}
