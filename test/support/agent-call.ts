import type { AgentCall } from '../../src/actors/index.ts';
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
      tools: [],
      profile: { name: 'all', spec: { max_tokens: 500, sources: ['task_store'] } },
      outputSchema: { type: 'object' },
    },
    taskId: 'task',
    stage: 'write',
    attempt: 1,
    mode: 'normal',
    taskInput: 'go',
    input: { a: 1 },
    idempotencyKey: 'task/0.write',
    stores: { task_store: stores.task('task'), project_store: stores.project, global_store: stores.global },
    tell: () => undefined,
    signal: new AbortController().signal,
    ...changes,
  };
}
