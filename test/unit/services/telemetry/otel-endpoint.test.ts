import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { createMemorySink, type EngineEvent } from '../../../../src/index.ts';
import { readOtelSettings } from '../../../../src/services/telemetry/otel/otel-environment.ts';
import { openProject } from '../../../support/engine-fixture.ts';
import { tracedProject } from '../../../support/traced-project.ts';

const Traces = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(z.unknown()) }),
      scopeSpans: z.array(
        z.object({
          schemaUrl: z.string(),
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              kind: z.number(),
              startTimeUnixNano: z.string(),
            }),
          ),
        }),
      ),
    }),
  ),
});
const Metrics = z.object({
  resourceMetrics: z.array(
    z.object({
      scopeMetrics: z.array(z.object({ metrics: z.array(z.object({ name: z.string(), unit: z.string() })) })),
    }),
  ),
});

interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** An endpoint on loopback that keeps what it is sent. */
async function collector(
  answers: (received: Received) => number | 'never',
): Promise<{ url: string; received: Received[]; close: () => Promise<unknown> }> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => void take(request, response));
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => void pieces.push(piece));
    await once(request, 'end');
    const body: unknown = JSON.parse(Buffer.concat(pieces).toString());
    const one = { path: request.url ?? '', headers: request.headers, body };
    received.push(one);
    const status = answers(one);
    if (status !== 'never') response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    received,
    close: () => once(server.close(), 'close'),
  };
}

/** A run of the project with the plugin, and what another sink has of it. */
async function runWithPlugin(): Promise<readonly EngineEvent[]> {
  const plugins = [{ name: 'traces', type: 'telemetry.otel' as const }];
  const { engine, clock } = await openProject({ ...tracedProject, plugins }, { host: 'memory' });
  const other = createMemorySink(1_000);
  engine.addSink(other);
  const { status } = await clock.outcomeOf(engine.runOne('go', { id: 'task' }));
  await engine.close();
  expect(status).toBe('completed');
  return other.events();
}

describe('the plugin telemetry.otel', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('sends traces and metrics to an OTLP endpoint as its variables say', async () => {
    const { url, received } = await collector(() => 200);
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-tenant=garden');
    vi.stubEnv('OTEL_SERVICE_NAME', 'gardener');
    const events = await runWithPlugin();
    expect(new Set(received.map(({ path, headers }) => `${path} ${String(headers['x-tenant'])}`))).toEqual(
      new Set(['/v1/traces garden', '/v1/metrics garden']),
    );
    const traces = received.filter(({ path }) => path === '/v1/traces').map(({ body }) => Traces.parse(body));
    const resources = traces.flatMap(({ resourceSpans }) => resourceSpans);
    expect(resources[0]?.resource.attributes).toContainEqual({
      key: 'service.name',
      value: { stringValue: 'gardener' },
    });
    const spans = resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    const chat = spans.find(({ name }) => name === 'chat told');
    const agent = spans.find(({ name }) => name === 'invoke_agent writer');
    const asked = events.find(({ type }) => type === 'llm.requested');
    expect([spans.length, chat?.spanId, chat?.parentSpanId, chat?.traceId, chat?.kind]).toEqual([
      17,
      asked?.spanId,
      agent?.spanId,
      asked?.traceId,
      3,
    ]);
    expect(chat?.startTimeUnixNano).toBe(`${asked?.time}000000`);
    const metrics = received.filter(({ path }) => path === '/v1/metrics').map(({ body }) => Metrics.parse(body));
    const found = metrics.flatMap(({ resourceMetrics }) =>
      resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics)),
    );
    expect(found).toContainEqual({ name: 'gen_ai.client.token.usage', unit: '{token}' });
    expect(found).toContainEqual({ name: 'gen_ai.client.operation.duration', unit: 's' });
  });

  it.each([
    [401, '401 Unauthorized'],
    [503, '503 Service Unavailable'],
    ['never', 'Request timed out'],
    ['closed', 'connect ECONNREFUSED 127.0.0.1'],
  ] as const)(
    'loses nobody else an event when its endpoint answers with %s, and is reported with the reason',
    async (answer, reason) => {
      const { url, close } = await collector(() => (answer === 'closed' ? 200 : answer));
      if (answer === 'closed') await close();
      vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
      vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '200');
      const events = await runWithPlugin();
      const reports = events.filter(({ type }) => type === 'sink.failed');
      const told = reports.map(({ data }) => ('sink' in data ? `${data.sink}: ${data.problem}` : ''));
      expect(told).toHaveLength(1);
      expect(told[0]).toContain(`otel: Traces cannot be sent to ${url}/v1/traces: ${reason}`);
      expect(events.length - reports.length).toBe(new Set(events.map(({ id }) => id)).size - reports.length);
      expect(events.at(-2)?.type).toBe('task.completed');
    },
  );

  it('says where it sends to when nothing says where', () => {
    expect(readOtelSettings({}).addresses).toEqual({
      traces: 'http://localhost:4318/v1/traces',
      metrics: 'http://localhost:4318/v1/metrics',
    });
    const own = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1/x/', OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://b:2/m' };
    expect(readOtelSettings(own).addresses).toEqual({ traces: 'http://a:1/x/v1/traces', metrics: 'http://b:2/m' });
  });
});
