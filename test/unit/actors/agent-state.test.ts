import { expect, it } from 'vitest';
import { keepAgentState } from '../../../src/actors/agent/agent-state.ts';
import { createInMemoryStore } from '../../../src/services/memory/in-memory-store.ts';
import { agentCall } from '../../support/agent-call.ts';

it('is not kept again by a stage that runs again after it was', async () => {
  const store = createInMemoryStore();
  const call = agentCall('reply: x', { stores: { task_store: store, project_store: store, global_store: store } });
  const kept = { ...call, agent: { ...call.agent, stateField: 'notes' } };
  const answer = { call: kept, output: { notes: 'x' }, shown: undefined, at: 1, estimateTokens: () => 1 };
  const item = await keepAgentState(answer);
  expect([item?.metadata['version'], await keepAgentState(answer)]).toEqual([1, undefined]);
  expect(await store.get('agent_state/writer')).toEqual(item);
});
