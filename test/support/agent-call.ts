import { boundless, type AgentCall, type CallLog } from '../../src/actors/index.ts';
import { createCallLogs, createCallMemory } from '../../src/engine/stages/call-logs.ts';
import { createMemoryStores, createModelClient } from '../../src/services/index.ts';

/** An attempt of the agent "writer" at stage "write", whose model answers from a script. */
export function agentCall(reply: string, changes: Partial<AgentCall> = {}): AgentCall {
  const stores = createMemoryStores({ memory: { task_store: { type: 'in_memory' } } }, { projectDirectory: '.' });
  const spec = { provider: 'scripted', script: 'replies.yaml' };
  return {
    agent: {
      id: 'writer',
      model: { alias: 'told', spec, client: createModelClient('told', spec, { script: `replies: [{ ${reply} }]` }) },
      renderPrompt: () => 'Be brief.',
      promptHash: 'hash',
      fallbackModels: [],
      tools: [],
      maxSteps: 8,
      jsonRetries: 0,
      profile: { name: 'all', spec: { max_tokens: 500, sources: ['task_store'] } },
      outputSchema: { type: 'object' },
    },
    taskId: 'task',
    tools: [],
    mayAct: true,
    stage: 'write',
    isLastAttempt: true,
    attempt: 1,
    mode: 'normal',
    taskInput: 'go',
    taskTags: [],
    input: { a: 1 },
    idempotencyKey: 'task/0.write',
    stores: { task_store: stores.task('task'), project_store: stores.project, global_store: stores.global },
    log: agentLog(),
    budget: boundless,
    hooks: {},
    takePlace: () => Promise.resolve(() => undefined),
    useTools: () => Promise.resolve([]),
    tell: () => undefined,
    signal: new AbortController().signal,
    ...changes,
  };
}

/** The log of a first attempt, with nothing in it. */
function agentLog(): CallLog {
  const call = { task: { creation: { id: 'task', definition: 'hash' } }, stage: { node: 'write', attempt: 1 } };
  return createCallLogs(createCallMemory(), () => 5)(call);
}
