import path from 'node:path';
import { EngineError } from '../../errors/index.ts';
import { durationMs, type PluginSpec, type ProjectSpec } from '../../manifest/index.ts';
import {
  createAuditSink,
  createCostSummary,
  createEventStream,
  createJsonlSink,
  createStdoutSink,
  openOtelSink,
  readSecretFiles,
  redactionOf,
  withEnvironment,
  withSecrets,
  type CostSummarySink,
  type EngineEvent,
  type EventStream,
  type Environment,
  type TelemetrySink,
} from '../../services/index.ts';
import { eventRedactor } from '../plugins/event-redactor.ts';
import { readKnownSecrets } from './known-secrets.ts';
import { loadProject } from './load-project.ts';

/** What the standard streams of the process are for. */
export type ConsoleUse = 'free' | 'result' | 'quiet';

export interface SinkProject {
  readonly directory: string;
  readonly project: Pick<ProjectSpec, 'engine' | 'tools' | 'plugins' | 'hooks' | 'memory' | 'redact' | 'workflow'>;
}

export interface SinkSurroundings {
  readonly environment: Environment;
  readonly console: ConsoleUse;
}

/** The sinks that the plugins of a project are. */
export interface ProjectSinks {
  readonly sinks: readonly TelemetrySink[];
  /** The first plugin that adds up costs. */
  readonly costs?: CostSummarySink;
}

/** Rejects with what is wrong with the environment or a secret file. */
export async function openSinks(
  { directory, project: { plugins, workflow } }: SinkProject,
  { environment, console }: SinkSurroundings,
): Promise<ProjectSinks> {
  const values = withSecrets(environment, await readSecretFiles(plugins, directory));
  const sinks: TelemetrySink[] = [];
  let costs: CostSummarySink | undefined;
  for (const plugin of withEnvironment(plugins, values)) {
    if (plugin.type === 'telemetry.cost_summary') {
      const summary = costSummary(plugin, console);
      costs ??= summary;
      sinks.push(summary);
    } else sinks.push(await openSink(plugin, { directory, console, workflow: workflow.id }));
  }
  return { sinks, ...(costs !== undefined && { costs }) };
}

interface SinkPlace extends Pick<SinkSurroundings, 'console'> {
  readonly directory: string;
  readonly workflow: string;
}

async function openSink(
  plugin: Exclude<PluginSpec, { type: 'telemetry.cost_summary' }>,
  { directory, console, workflow }: SinkPlace,
): Promise<TelemetrySink> {
  switch (plugin.type) {
    case 'audit.log':
      return createAuditSink({ ...plugin.config, path: path.resolve(directory, plugin.config.path) });
    case 'telemetry.logger':
      return loggerSink(plugin, directory);
    case 'telemetry.stdout':
      return createStdoutSink({ ...plugin.config, output: console === 'free' ? process.stdout : process.stderr });
    case 'telemetry.otel':
      return openOtelSink({ ...plugin.config, workflow });
  }
}

function loggerSink({ config }: PluginSpec & { type: 'telemetry.logger' }, directory: string): TelemetrySink {
  const { path: file, payloads, max_bytes: maxBytes, max_age: maxAge, keep, fsync } = config;
  return createJsonlSink({
    path: path.resolve(directory, file),
    payloads,
    maxBytes,
    ...(maxAge !== undefined && { maxAgeMs: durationMs(maxAge) }),
    keep,
    fsync,
  });
}

function costSummary(
  { config }: PluginSpec & { type: 'telemetry.cost_summary' },
  console: ConsoleUse,
): CostSummarySink {
  return createCostSummary({
    warnAboveUsd: config?.warn_above_usd,
    print(text) {
      if (console !== 'quiet') process.stderr.write(text);
    },
  });
}

/** Sends what happens to the sinks of a project, too; what adds up costs, if one of them does. */
export async function addSinks(
  stream: EventStream,
  project: SinkProject,
  surroundings: SinkSurroundings,
): Promise<Awaited<ReturnType<typeof openSinks>>['costs']> {
  const { sinks, costs } = await openSinks(project, surroundings);
  for (const sink of sinks) stream.addSink(sink);
  return costs;
}

/** The stream of events of a project, without what is taken out of them. Rejects with what is wrong with a secret file. */
export async function openStream(
  { directory, project }: SinkProject,
  environment: Environment,
  payloads: 'metadata' | 'full' = 'metadata',
): Promise<EventStream> {
  const { redact: known } = await readKnownSecrets(project, directory, environment);
  const redact = redactionOf(known, project.redact ?? []);
  return createEventStream({ redact, payloads, rewrite: eventRedactor(project) });
}

/**
 * Tells the sinks of a project what happened while no engine is open. The answer says why they were not told, as a sentence: what
 * happened has happened all the same.
 */
export async function tellSinks(directory: string, event: EngineEvent): Promise<string | undefined> {
  try {
    const { compiled, directory: root } = await loadProject(directory);
    if (compiled === undefined) throw new EngineError('MANIFEST_INVALID', 'The manifests have errors.');
    const place = { directory: root, project: compiled.project };
    const { sinks } = await openSinks(place, { environment: process.env, console: 'quiet' });
    const stream = await openStream(place, process.env);
    const problems: string[] = [];
    stream.events$.subscribe(({ type, data }) => {
      if (type === 'sink.failed') problems.push(data.problem);
    });
    for (const sink of sinks) stream.addSink(sink);
    stream.emit(event);
    await stream.complete();
    return problems[0];
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
