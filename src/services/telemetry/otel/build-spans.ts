import type { EngineEvent, EventData } from '../events.ts';
import { attribute, own } from './conventions.ts';
import { inputJson, outputJson, systemJson } from './message-json.ts';
import { createOpenSpans, type OpenSpan, type OpenSpans, type SpanEnd } from './open-spans.ts';
import { present, type Attributes, type SpanDraft } from './span-draft.ts';

export interface SpanOptions {
  /** Of tasks at the top; those below are named after their pipelines. */
  readonly workflow: string;
}

/** Says of each event which spans are over with it. Content is taken along where events have it. */
export type SpanBuilder = (event: EngineEvent) => readonly SpanDraft[];

export function createSpanBuilder({ workflow }: SpanOptions): SpanBuilder {
  const spans = createOpenSpans();
  return (event) => {
    const { type } = event;
    if (type.startsWith('task.')) return taskSpans(spans, event, workflow);
    if (type.startsWith('stage.')) return stageSpans(spans, event);
    if (type.startsWith('agent.')) return agentSpans(spans, event);
    if (type.startsWith('llm.')) return modelSpans(spans, event);
    return type.startsWith('tool.') ? toolSpans(spans, event) : [];
  };
}

function describe(span: OpenSpan, name: string, attributes: Attributes): OpenSpan {
  if (span.name === '') span.name = name;
  span.attributes = { ...span.attributes, ...attributes };
  return span;
}

function errorOf({
  code,
  message,
}: {
  readonly code: string;
  readonly message: string;
}): NonNullable<SpanEnd['error']> {
  return { type: code, message };
}

function taskSpans(spans: OpenSpans, event: EngineEvent, workflow: string): readonly SpanDraft[] {
  const { taskId, pipelineId, parentTaskId, time } = event;
  if (taskId === '' || event.type === 'task.undone') return [];
  const called = parentTaskId === undefined ? workflow : (pipelineId ?? workflow);
  const span = describe(
    spans.at(event),
    `invoke_workflow ${called}`,
    present({
      [attribute.operation]: 'invoke_workflow',
      [attribute.workflowName]: called,
      [attribute.conversation]: taskId.split('/', 1)[0],
      [own.task]: taskId,
      [own.pipeline]: pipelineId,
    }),
  );
  if (event.type === 'task.completed')
    return endTask(spans, span, { time, durationMs: event.data.durationMs, status: event.data.status });
  if (event.type === 'task.cancelled') {
    const error = { type: 'cancelled', message: 'The task was cancelled.' };
    return endTask(spans, span, { time, durationMs: event.data.durationMs, status: 'cancelled', error });
  }
  if (event.type !== 'task.failed') return [];
  const { durationMs, failure } = event.data;
  const error = failure === undefined ? { type: 'failed', message: 'The task failed.' } : errorOf(failure);
  return endTask(spans, span, { time, durationMs, status: 'failed', error });
}

interface TaskEnd {
  readonly time: number;
  readonly durationMs: number;
  readonly status: string;
  readonly error?: SpanEnd['error'];
}

/** A task may have begun in another process: how long it took is known. */
function endTask(spans: OpenSpans, span: OpenSpan, { time, durationMs, status, error }: TaskEnd): readonly SpanDraft[] {
  describe(span, '', { [own.status]: status });
  return spans.end(span, { endMs: time, startMs: time - durationMs, error });
}

function stageSpans(spans: OpenSpans, event: EngineEvent): readonly SpanDraft[] {
  const { nodeId = '', time } = event;
  if (event.type === 'stage.skipped') return [];
  const span = describe(spans.at(event), `stage ${nodeId}`, { [own.stage]: nodeId, [own.task]: event.taskId });
  if (event.type === 'stage.started')
    describe(span, '', { [own.nodeType]: event.data.nodeType, [own.attempt]: event.data.attempt });
  if (event.type === 'stage.finished') {
    describe(span, '', present({ [own.attempt]: event.data.attempt, [own.choice]: event.data.choice }));
    return spans.end(span, { endMs: time, ...beginOf(event.data, time) });
  }
  if (event.type === 'stage.failed')
    return spans.end(span, { endMs: time, ...beginOf(event.data, time), error: errorOf(event.data.failure) });
  if (event.type === 'stage.retrying') return spans.end(span, { endMs: time, error: errorOf(event.data.failure) });
  if (event.type !== 'stage.cancelled') return [];
  return spans.end(span, { endMs: time, error: { type: 'cancelled', message: 'The stage was cancelled.' } });
}

/** How long a stage took counts from its first attempt. */
function beginOf({ attempt, durationMs }: { attempt: number; durationMs: number }, time: number): { startMs?: number } {
  return attempt > 1 ? {} : { startMs: time - durationMs };
}

function agentSpans(spans: OpenSpans, event: EngineEvent): readonly SpanDraft[] {
  if (event.type !== 'agent.called' && event.type !== 'agent.answered') return [];
  const { agent, model } = event.data;
  const span = describe(spans.at(event), `invoke_agent ${agent}`, {
    [attribute.operation]: 'invoke_agent',
    [attribute.agentName]: agent,
    [own.model]: model,
    [own.stage]: event.nodeId ?? '',
  });
  if (event.type === 'agent.called') return [];
  describe(span, '', usageOf(event.data));
  return spans.end(span, { endMs: event.time, startMs: event.time - event.data.durationMs });
}

function modelSpans(spans: OpenSpans, event: EngineEvent): readonly SpanDraft[] {
  if (event.type !== 'llm.requested' && event.type !== 'llm.responded' && event.type !== 'llm.failed') return [];
  const { provider, model, call, requestModel = model } = event.data;
  const span = describe(spans.at(event), `chat ${requestModel}`, {
    [attribute.operation]: 'chat',
    [attribute.provider]: provider,
    [attribute.requestModel]: requestModel,
    [own.model]: model,
    [own.call]: call,
  });
  span.isClient = true;
  if (event.type === 'llm.requested') {
    describe(span, '', promptOf(event.data));
    return [];
  }
  const { time } = event;
  const end = { endMs: time, startMs: time - event.data.durationMs };
  if (event.type === 'llm.failed' && event.data.failure.code === 'cancelled.task') return []; // as with tools
  if (event.type === 'llm.failed') return spans.end(span, { ...end, error: errorOf(event.data.failure) });
  describe(span, '', { ...usageOf(event.data), ...answerOf(event.data) });
  return spans.end(span, end);
}

function toolSpans(spans: OpenSpans, event: EngineEvent): readonly SpanDraft[] {
  const isTool = event.type === 'tool.called' || event.type === 'tool.finished';
  if (!isTool && event.type !== 'tool.failed' && event.type !== 'tool.denied') return [];
  return endTool(spans, toolSpan(spans, event), event);
}

type ToolEvent = EngineEvent & { type: 'tool.called' | 'tool.finished' | 'tool.failed' | 'tool.denied' };

function toolSpan(spans: OpenSpans, event: ToolEvent): OpenSpan {
  const { tool, step } = event.data;
  return describe(
    spans.at(event),
    `execute_tool ${tool}`,
    present({
      [attribute.operation]: 'execute_tool',
      [attribute.toolName]: tool,
      [attribute.toolType]: 'function',
      [attribute.toolCall]: step,
      [own.stage]: event.nodeId,
    }),
  );
}

function endTool(spans: OpenSpans, span: OpenSpan, event: ToolEvent): readonly SpanDraft[] {
  const { time } = event;
  switch (event.type) {
    case 'tool.called':
      describe(span, '', present({ [attribute.toolArguments]: jsonOf(event.data.arguments) }));
      return [];
    case 'tool.finished':
      describe(span, '', present({ [attribute.toolResult]: jsonOf(event.data.output) }));
      return spans.end(span, { endMs: time });
    case 'tool.failed':
      // Stopped: the stage ends it, or takes it up again, perhaps in another process.
      if (event.data.failure.code === 'cancelled.task') return [];
      return spans.end(span, { endMs: time, error: errorOf(event.data.failure) });
    case 'tool.denied':
      return spans.end(span, { endMs: time, error: { type: 'permission.denied', message: event.data.reason } });
  }
}

function usageOf({
  inputTokens,
  outputTokens,
  cachedTokens,
  costUsd,
}: Partial<EventData<'llm.responded'>>): Attributes {
  return present({
    [attribute.inputTokens]: inputTokens,
    [attribute.outputTokens]: outputTokens,
    [attribute.cachedTokens]: cachedTokens,
    [own.costUsd]: costUsd,
  });
}

function promptOf({ system, messages }: EventData<'llm.requested'>): Attributes {
  return present({
    [attribute.systemInstructions]: system === undefined ? undefined : systemJson(system),
    [attribute.inputMessages]: messages === undefined ? undefined : inputJson(messages),
  });
}

function answerOf({ finishReason, text, toolCalls }: EventData<'llm.responded'>): Attributes {
  const isTold = text !== undefined || toolCalls !== undefined;
  return present({
    [attribute.finishReasons]: finishReason === undefined ? undefined : [finishReason],
    [attribute.outputMessages]: isTold ? outputJson({ text, toolCalls, finishReason }) : undefined,
  });
}

function jsonOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
