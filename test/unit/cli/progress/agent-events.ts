import type { EngineEvent } from '../../../../src/engine/index.ts';
import { someIds } from '../../../support/event-ids.ts';

export type Told = EngineEvent extends infer Event
  ? Event extends EngineEvent
    ? Pick<Event, 'type' | 'data'>
    : never
  : never;

/** An event of the stage "answer". */
export function event(told: Told, taskId = 'task'): EngineEvent {
  return { id: 'task/1', v: 1, time: 1_000, seq: 1, taskId, ...someIds, nodeId: 'answer', ...told };
}

export const started = event({ type: 'stage.started', data: { attempt: 1, nodeType: 'agent' } });
export const finished = event({ type: 'stage.finished', data: { attempt: 1, durationMs: 5 } });

export function asked(call: number, model = 'told'): EngineEvent {
  return event({ type: 'llm.requested', data: { provider: 'p', model, call } });
}

export function said(text: string, taskId?: string): EngineEvent {
  const data = { provider: 'p', model: 'told', call: 1, characters: text.length, text };
  return event({ type: 'llm.chunk', data }, taskId);
}

export function responded(taskId?: string): EngineEvent {
  return event({ type: 'llm.responded', data: { provider: 'p', model: 'told', call: 1, durationMs: 5 } }, taskId);
}

export const limited = event({
  type: 'llm.failed',
  data: {
    provider: 'p',
    model: 'told',
    call: 1,
    durationMs: 5,
    failure: { code: 'provider.rate_limit', message: 'Slow down.' },
  },
});

export const reasked = event({
  type: 'json.reasked',
  data: {
    category: 'shape',
    strategy: 'reask',
    failure: { code: 'json.schema_minor', message: 'The answer lacks\n"text".' },
  },
});

export const warned = event({
  type: 'budget.warned',
  data: { scope: 'agent', id: 'writer', spentTokens: 820, spentUsd: 0.1, maxTokens: 1_000, maxUsd: 1 },
});

export function used(step: string, tool: string): EngineEvent {
  return event({ type: 'tool.called', data: { tool, step } });
}
