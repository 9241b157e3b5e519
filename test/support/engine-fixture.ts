import { onTestFinished } from 'vitest';
import { Engine, isEngineError, type EngineEvent, type EngineOptions, type ToolContext } from '../../src/index.ts';
import { temporaryDirectory, writeProject, type ProjectParts } from './project-fixture.ts';
import { createSimulatedClock, type SimulatedClock } from './simulated-clock.ts';

/** A tool of a test; `attempt` counts its calls from 1. */
export type TestTool = (arguments_: unknown, context: ToolContext & { readonly attempt: number }) => unknown;
export type TestTools = Readonly<Record<string, TestTool>>;

export interface TestProject extends Omit<ProjectParts, 'tools'> {
  readonly tools?: TestTools;
  /** What tools.yaml says of a tool besides that it is registered. */
  readonly toolSpecs?: Readonly<Record<string, object>>;
}

export interface OpenEngine {
  readonly engine: Engine;
  readonly clock: SimulatedClock;
  readonly directory: string;
  /** Names of tools in the order of their calls. */
  readonly calls: string[];
  readonly events: EngineEvent[];
}

export type HostKind = 'memory' | 'local';

export interface OpenOptions {
  readonly host: HostKind;
  readonly directory?: string;
  readonly clock?: SimulatedClock;
  readonly plugins?: EngineOptions['plugins'];
}

/** Writes a project, opens an engine on it and registers its tools. Closed when the test is over. */
export async function openProject(project: TestProject, options: OpenOptions): Promise<OpenEngine> {
  const { tools = {}, toolSpecs = {}, ...parts } = project;
  const directory = options.directory ?? temporaryDirectory();
  const specs = Object.keys(tools).map((name) => [name, { type: 'registered', ...toolSpecs[name] }] as const);
  writeProject(directory, { ...parts, ...(specs.length > 0 && { tools: Object.fromEntries(specs) }) });
  return openDirectory(directory, tools, options);
}

/** Opens an engine on a project that is there. */
export async function openDirectory(directory: string, tools: TestTools, options: OpenOptions): Promise<OpenEngine> {
  const clock = options.clock ?? createSimulatedClock();
  const { host, plugins = [] } = options;
  const engine = await openEngine(directory, { host, clock, plugins, environment: {} });
  onTestFinished(() => engine.close());
  const calls: string[] = [];
  for (const [name, tool] of Object.entries(tools)) engine.registerTool(name, countedTool(name, tool, calls));
  const events: EngineEvent[] = [];
  engine.events$.subscribe((event) => events.push(event));
  return { engine, clock, directory, calls, events };
}

/** Says what is wrong with the manifests of a test. */
async function openEngine(directory: string, options: EngineOptions): Promise<Engine> {
  try {
    return await Engine.fromConfigDir(directory, options);
  } catch (cause) {
    if (!isEngineError(cause) || cause.problems.length === 0) throw cause;
    const errors = cause.problems.filter(({ severity }) => severity === 'error');
    throw new Error(errors.map(({ message }) => message).join('\n'), { cause });
  }
}

type Handler = (arguments_: unknown, context: ToolContext) => unknown;

export function countedTool(name: string, tool: TestTool, calls: string[]): Handler {
  let attempt = 0;
  return (arguments_, context) => {
    calls.push(name);
    attempt += 1;
    return tool(arguments_, { ...context, attempt });
  };
}

/** Work that ends only when it is stopped. */
export async function untilStopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('It was stopped.')), { once: true });
  });
}

/** An argument of a tool call. */
export function argument(arguments_: unknown, name: string): unknown {
  const fields = typeof arguments_ === 'object' && arguments_ !== null ? Object.entries(arguments_) : [];
  return new Map<string, unknown>(fields).get(name);
}
