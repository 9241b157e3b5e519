import { describe, expect, it } from 'vitest';
import {
  agentSteps,
  agentTemplate,
  createMemoryLogic,
  keepResident,
  createStepLogic,
  isAgentStep,
  runActor,
  startTaskSystem,
  stopTaskSystem,
  type AgentCall,
  type AgentNotes,
  type TaskSystem,
  type WorkEntry,
} from '../../../src/actors/index.ts';
import { createAgentServices } from '../../../src/engine/stages/agent-services.ts';
import { createActorRoot, createWorkMachine } from '../../../src/machines/index.ts';
import { createSchemaValidator } from '../../../src/services/index.ts';
import { agentCall } from '../../support/agent-call.ts';
import { inspectActors, type Inspection } from '../../support/actor-inspection.ts';

const allSteps = agentTemplate;

interface Running {
  readonly system: TaskSystem;
  readonly inspection: Inspection;
  readonly notes: () => AgentNotes;
  readonly controller: AbortController;
  readonly told: string[];
  readonly output: Promise<unknown>;
}

/** An agent at stage "write" whose model answers from a script. */
function startAgent(reply: string, steps: readonly string[] = allSteps): Running {
  const controller = new AbortController();
  const told: string[] = [];
  const call = agentCall(reply, { signal: controller.signal, tell: ({ type }) => told.push(type) });
  const entry: WorkEntry<AgentCall, AgentNotes> = { call, notes: {} };
  const services = createAgentServices(createSchemaValidator({}), () => 5);
  const logic = createStepLogic(new Map([[call.idempotencyKey, entry]]), async ({ step, signal, find }) => {
    const memory = find('memory');
    if (!isAgentStep(step) || memory === undefined) throw new Error(`Step "${step}" cannot run.`);
    return agentSteps[step]({ call, notes: entry.notes, services, memory, signal });
  });
  const inspection = inspectActors();
  const memory = createMemoryLogic(() => call.stores);
  const root = createActorRoot({ agent: createWorkMachine('agent', { template: steps }, logic), memory });
  const system = startTaskSystem(root, inspection.inspect);
  keepResident(system, { src: 'memory', id: 'memory', input: { task: call.taskId } });
  const input = { call: call.idempotencyKey };
  const output = runActor(system, { src: 'agent', id: 'agent:write', input, signal: controller.signal });
  return { system, inspection, notes: () => entry.notes, controller, told, output };
}

function childrenOf({ root }: TaskSystem): string[] {
  const snapshot: unknown = root.getSnapshot();
  if (typeof snapshot !== 'object' || snapshot === null || !('children' in snapshot)) return [];
  return Object.keys(snapshot.children ?? {});
}

describe('an agent at work', () => {
  it('is an actor whose states are the steps of its template', async () => {
    const { inspection, output, notes, system } = startAgent('reply: { fine: true }');
    expect(await output).toMatchObject({ failure: null });
    expect(inspection.statesOf('agent:write')).toEqual([...allSteps, 'done']);
    expect(notes().output).toEqual({ fine: true });
    expect(childrenOf(system)).toEqual(['memory']);
    stopTaskSystem(system);
  });

  it('holds nothing but plain JSON in its machine, and no prompt', async () => {
    const { output } = startAgent('reply: { fine: true }');
    expect(await output).toEqual({
      failure: null,
      notes: {
        load_task_state: ['startedAt'],
        assemble_context: ['context'],
        build_prompt: ['prompts'],
        call_llm: ['talk', 'reply'],
        validate_json: ['output'],
        apply_agent_effects: [],
        emit_telemetry: [],
      },
    });
  });

  it('asks its memory by messages', async () => {
    const { inspection, output } = startAgent('reply: { fine: true }');
    await output;
    expect(inspection.messagesTo('memory').filter((type) => type.startsWith('memory.'))).toEqual([
      'memory.query',
      'memory.query',
      'memory.query',
      'memory.query',
      'memory.append',
    ]);
  });

  it('goes through the steps it is given, in their order', async () => {
    const steps = ['build_prompt', 'load_task_state', 'call_llm', 'emit_telemetry'];
    const { inspection, output, told } = startAgent('reply: { fine: true }', steps);
    await output;
    expect(inspection.statesOf('agent:write')).toEqual([...steps, 'done']);
    expect(told).toEqual(['llm.requested', 'llm.chunk', 'llm.responded', 'agent.answered']);
  });

  it('ends in the state "failed" with the failure of the step that failed', async () => {
    const { inspection, output } = startAgent('reply: no object');
    expect(await output).toMatchObject({ failure: { code: 'json.schema_major' } });
    expect(inspection.statesOf('agent:write')).toEqual([...allSteps.slice(0, 5), 'failed']);
  });

  it('is stopped, and its promise rejects, when its signal says so', async () => {
    const { inspection, output, controller, system, told } = startAgent('stall: true');
    await untilTold(told, 'llm.requested');
    controller.abort();
    await expect(output).rejects.toThrow('Actor "agent:write" was stopped.');
    expect([inspection.statesOf('agent:write').at(-1), childrenOf(system)]).toEqual(['call_llm', ['memory']]);
  });

  it('is not left behind when its signal had spoken before it began', async () => {
    const { output, controller, system, told } = startAgent('stall: true', ['call_llm']);
    controller.abort();
    await expect(output).rejects.toThrow('Actor "agent:write" was stopped.');
    expect([childrenOf(system), told]).toEqual([['memory'], []]);
  });

  it('fails, and takes nobody along, when its work is not known', async () => {
    const logic = createStepLogic(new Map<string, WorkEntry<AgentCall, AgentNotes>>(), async () => ({}));
    const system = startTaskSystem(
      createActorRoot({ agent: createWorkMachine('agent', { template: ['only'] }, logic) }),
    );
    const { signal } = new AbortController();
    const output = runActor(system, { src: 'agent', id: 'agent:lost', input: { call: 'lost' }, signal });
    expect(await output).toMatchObject({
      failure: {
        code: 'internal.bug',
        message: 'A step broke a rule of the engine: No work is known under the key "lost".',
      },
    });
  });
});

async function untilTold(told: readonly string[], type: string): Promise<void> {
  while (!told.includes(type)) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
