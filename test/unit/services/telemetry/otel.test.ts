import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { AggregationTemporality, InMemoryMetricExporter } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { Engine, type EngineEvent } from '../../../../src/index.ts';
import { createOtelSink } from '../../../../src/services/telemetry/otel/index.ts';
import { openProject, type TestProject } from '../../../support/engine-fixture.ts';
import { tracedProject } from '../../../support/traced-project.ts';

type SinkOptions = Partial<Parameters<typeof createOtelSink>[0]>;

interface Traced {
  readonly spans: readonly ReadableSpan[];
  readonly events: readonly EngineEvent[];
  readonly metrics: InMemoryMetricExporter;
}

/** What a run of the project sends. */
async function trace(options: SinkOptions = {}): Promise<Traced> {
  const exporter = new InMemorySpanExporter();
  const sent: ReadableSpan[] = [];
  const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const { engine, clock, events } = await openProject(tracedProject, { host: 'memory' });
  const given = exporter.export.bind(exporter);
  exporter.export = (batch, done) => {
    sent.push(...batch);
    given(batch, done);
  };
  const sink = createOtelSink({
    workflow: 'sight',
    version: '1.2.3',
    variables: {},
    exporters: { spans: exporter, metrics },
    ...options,
  });
  engine.addSink(sink);
  const { status } = await clock.outcomeOf(engine.runOne('go', { id: 'task' }));
  await engine.close();
  expect(status).toBe('completed');
  return { spans: sent, events, metrics };
}

const idOf = (span: ReadableSpan): string => span.spanContext().spanId;

/** Spans with the names of those that they are part of, in the order of their ends. */
function tree(spans: readonly ReadableSpan[]): readonly string[] {
  const byId = new Map(spans.map((span) => [idOf(span), span]));
  const pathOf = (span: ReadableSpan): string => {
    const parent = span.parentSpanContext === undefined ? undefined : byId.get(span.parentSpanContext.spanId);
    return parent === undefined ? span.name : `${pathOf(parent)} > ${span.name}`;
  };
  return spans.map((span) => pathOf(span));
}

const named = (spans: readonly ReadableSpan[], name: string): readonly ReadableSpan[] =>
  spans.filter((span) => span.name === name);

const anyNumber: unknown = expect.any(Number);
const anyText: unknown = expect.any(String);
const whyFlaky: unknown = expect.stringContaining('Not yet');
const json = (span: ReadableSpan | undefined, name: string): unknown => JSON.parse(String(span?.attributes[name]));
const ratio = (share: string): Record<string, string> => ({
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: share,
});
const error = ({ status, attributes }: ReadableSpan): unknown => [status, attributes['error.type']];

describe('spans', () => {
  it('are the workflow, its stages with their attempts, agents, models, tools and child tasks, each with its parent', async () => {
    const { spans } = await trace();
    const agent = 'invoke_workflow sight > stage write > invoke_agent writer';
    const item = 'invoke_workflow sight > stage each > invoke_workflow map:each';
    expect(tree(spans)).toEqual([
      `${agent} > chat told`,
      `${agent} > execute_tool look`,
      `${agent} > chat told`,
      agent,
      'invoke_workflow sight > stage write',
      'invoke_workflow sight > stage flaky > execute_tool flaky',
      'invoke_workflow sight > stage flaky',
      'invoke_workflow sight > stage flaky > execute_tool flaky',
      'invoke_workflow sight > stage flaky',
      `${item} > stage item > execute_tool look`,
      `${item} > stage item > execute_tool look`,
      `${item} > stage item`,
      item,
      `${item} > stage item`,
      item,
      'invoke_workflow sight > stage each',
      'invoke_workflow sight',
    ]);
  });

  it('have the ids and times of the events', async () => {
    const { spans, events } = await trace();
    const [first] = events;
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([first?.traceId]));
    const ended = events.filter(({ type }) =>
      /^(?:stage|llm|task)\.(?:finished|responded|completed|retrying)$/u.test(type),
    );
    const wanted = ended.filter(({ taskId }) => taskId === 'task').map(({ spanId, time }) => [spanId, time]);
    const sent = new Map(spans.map((span) => [idOf(span), span.endTime[0] * 1_000 + span.endTime[1] / 1e6]));
    expect(wanted.map(([id]) => [id, sent.get(String(id))])).toEqual(wanted);
    const [root] = named(spans, 'invoke_workflow sight');
    expect(root?.startTime).toEqual([Math.floor((first?.time ?? 0) / 1_000), ((first?.time ?? 0) % 1_000) * 1e6]);
  });

  it('of models and tools are described by the conventions, without what was said', async () => {
    const { spans } = await trace();
    const [chat] = named(spans, 'chat told');
    const { 'gen_ai.usage.input_tokens': input, 'agent_engine.cost_usd': cost, ...attributes } = chat?.attributes ?? {};
    expect([chat?.kind, attributes, typeof input, typeof cost]).toEqual([
      SpanKind.CLIENT,
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'scripted',
        'gen_ai.request.model': 'told',
        'gen_ai.response.finish_reasons': ['tool_calls'],
        'gen_ai.usage.output_tokens': anyNumber,
        'gen_ai.usage.cache_read.input_tokens': 0,
        'agent_engine.model.alias': 'told',
        'agent_engine.call.number': 1,
      },
      'number',
      'number',
    ]);
    const [tool] = named(spans, 'execute_tool look');
    expect([tool?.kind, tool?.attributes]).toEqual([
      SpanKind.INTERNAL,
      {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'look',
        'gen_ai.tool.type': 'function',
        'gen_ai.tool.call.id': 's1',
        'agent_engine.stage.id': 'write',
      },
    ]);
    expect(chat?.instrumentationScope).toEqual({
      name: 'agent-engine',
      version: '1.2.3',
      schemaUrl: 'https://opentelemetry.io/schemas/1.45.0',
    });
  });

  it('of what failed say so, and of the next attempt they do not', async () => {
    const { spans } = await trace();
    const failed = { code: SpanStatusCode.ERROR, message: whyFlaky };
    const fine = [{ code: SpanStatusCode.UNSET }, undefined];
    expect(named(spans, 'execute_tool flaky').map(error)).toEqual([[failed, 'tool.failed'], fine]);
    expect(named(spans, 'stage flaky').map(error)).toEqual([[failed, 'tool.failed'], fine]);
    expect(named(spans, 'stage flaky').map(({ attributes }) => attributes['agent_engine.stage.attempt'])).toEqual([
      1, 2,
    ]);
  });

  it.each([
    { payloads: 'full' },
    { variables: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' } },
  ] as const)('have what was said with %o', async (options) => {
    const { spans } = await trace(options);
    const [first, second] = named(spans, 'chat told');
    expect(json(first, 'gen_ai.output.messages')).toEqual([
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: anyText, name: 'look', arguments: { at: 'sea' } }],
        finish_reason: 'tool_calls',
      },
    ]);
    expect(json(second, 'gen_ai.output.messages')).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'It is blue.' }], finish_reason: 'stop' },
    ]);
    expect(json(first, 'gen_ai.system_instructions')).toEqual([{ type: 'text', content: anyText }]);
    expect(JSON.stringify(json(second, 'gen_ai.input.messages'))).toContain('tool_call_response');
    const [tool] = named(spans, 'execute_tool look');
    expect([json(tool, 'gen_ai.tool.call.arguments'), json(tool, 'gen_ai.tool.call.result')]).toEqual([
      { at: 'sea' },
      'blue',
    ]);
  });

  it('have their names, times and errors alone with no payloads', async () => {
    const { spans } = await trace({ payloads: 'none' });
    const keys = new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)));
    expect(keys).toEqual(new Set(['gen_ai.operation.name', 'error.type']));
  });

  it('are taken by trace, and none when the sampler says so', async () => {
    const off = await trace({ variables: { OTEL_TRACES_SAMPLER: 'always_off' } });
    expect(off.spans).toEqual([]);
    expect((await trace({ variables: ratio('0') })).spans).toEqual([]);
    expect((await trace({ variables: ratio('1') })).spans.length).toBe(17);
  });

  it('are not made at all when the SDK is disabled', async () => {
    const { spans, metrics } = await trace({ variables: { OTEL_SDK_DISABLED: 'true' } });
    expect([spans, metrics.getMetrics()]).toEqual([[], []]);
  });

  it('of a task that is taken up in another process are of one trace, and its own begins when it was created', async () => {
    const gate = Promise.withResolvers<string>();
    const parts: TestProject = {
      workflow: {
        nodes: [
          { id: 'first', type: 'transform', output: 1 },
          { id: 'second', type: 'tool', tool: 'wait' },
        ],
        edges: [{ from: 'first', to: 'second' }],
      },
      tools: { wait: () => gate.promise },
    };
    const sent: ReadableSpan[] = [];
    const sinkFor = () => {
      const exporter = new InMemorySpanExporter();
      const given = exporter.export.bind(exporter);
      exporter.export = (batch, done) => {
        sent.push(...batch);
        given(batch, done);
      };
      const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
      return createOtelSink({ workflow: 'w', version: '1', variables: {}, exporters: { spans: exporter, metrics } });
    };
    const one = await openProject(parts, { host: 'local' });
    one.engine.addSink(sinkFor());
    void one.engine.runOne('go', { id: 'task' }).catch(() => undefined);
    await one.clock.until(() => one.calls.length === 1);
    await one.engine.close();
    const { directory, clock } = one;
    const again = await Engine.fromConfigDir(directory, { clock, environment: {} });
    onTestFinished(() => again.close());
    again.registerTool('wait', () => 'done');
    again.addSink(sinkFor());
    await clock.outcomeOf(again.resumeTask('task'));
    await again.close();
    expect(tree(sent)).toEqual([
      'invoke_workflow w > stage first',
      'invoke_workflow w > stage second > execute_tool wait',
      'invoke_workflow w > stage second',
      'invoke_workflow w',
    ]);
    const [created] = one.events;
    expect(sent.at(-1)?.startTime[0]).toBe(Math.floor((created?.time ?? 0) / 1_000));
  });
});

describe('metrics', () => {
  it('count tokens and measure the time of calls, in the units of the conventions', async () => {
    const { metrics, events } = await trace();
    const [{ scopeMetrics } = { scopeMetrics: [] }] = metrics.getMetrics();
    const found = scopeMetrics.flatMap(({ metrics: all }) => all);
    expect(found.map(({ descriptor: { name, unit } }) => [name, unit])).toEqual([
      ['gen_ai.client.token.usage', '{token}'],
      ['gen_ai.client.operation.duration', 's'],
    ]);
    const Point = z.object({
      attributes: z.record(z.string(), z.unknown()),
      value: z.object({ count: z.number(), sum: z.number() }),
    });
    const points = found.map(({ dataPoints }) => z.array(Point).parse(dataPoints));
    const told = events.flatMap((event) => (event.type === 'llm.responded' ? [event.data] : []));
    const common = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'scripted',
      'gen_ai.request.model': 'told',
    };
    const sum = (field: 'inputTokens' | 'outputTokens') => told.reduce((all, data) => all + (data[field] ?? 0), 0);
    expect(points[0]).toEqual([
      { attributes: { ...common, 'gen_ai.token.type': 'input' }, value: { count: 2, sum: sum('inputTokens') } },
      { attributes: { ...common, 'gen_ai.token.type': 'output' }, value: { count: 2, sum: sum('outputTokens') } },
    ]);
    expect(points[1]?.map(({ attributes, value }) => [attributes, value.count])).toEqual([[common, 2]]);
  });
});
