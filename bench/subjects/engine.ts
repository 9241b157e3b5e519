import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defineTool, Engine, type TaskResult } from '../../src/index.ts';
import { layersOf } from '../support/layers.ts';
import { isRecord } from '../support/peer.ts';
import type { Setting, Shape, Subject, Work, Workload } from '../support/workload.ts';

export interface EngineChoice {
  /** What stages are: a `transform`, or a `registered` tool that calls a function of the program. */
  readonly stages: 'transform' | 'tool';
  readonly keeps: 'nothing' | 'process' | 'full';
  /** Whether somebody takes all events. */
  readonly listens?: boolean;
}

type NodeSpec = Record<string, unknown> & { readonly id: string };

/** This library. */
export function agentEngine(choice: EngineChoice): Subject {
  return async (setting) => {
    const directory = path.join(setting.directory, 'project');
    await writeProject(directory, { ...manifestsOf(setting, choice.stages), durability: durabilityOf(choice) });
    const engine = await Engine.fromConfigDir(directory, { host: choice.keeps === 'nothing' ? 'memory' : 'local' });
    if (choice.stages === 'tool') registerWork(engine, setting.work);
    return createWorkload({ engine, choice, setting });
  };
}

interface WorkloadParts {
  readonly engine: Engine;
  readonly choice: EngineChoice;
  readonly setting: Setting;
}

function createWorkload({ engine, choice, setting: { shape, work } }: WorkloadParts): Workload {
  let events = 0;
  const subscription = choice.listens === true ? engine.events$.subscribe(() => (events += 1)) : undefined;
  return {
    async runTask(input) {
      const before = events;
      const result = await engine.runOne(input);
      if (result.status !== 'completed') throw new Error(`The task came to ${result.status}.`);
      if (choice.listens === true && events - before < shape.size) throw new Error('Events are missing.');
      if (choice.stages === 'transform') work.ran += doneStages(result);
      return result.output;
    },
    async close() {
      subscription?.unsubscribe();
      await engine.close();
    },
  };
}

/** Stages that were counted for the others as well: not the joins in front of the vertices of a mesh. */
function doneStages({ trace }: TaskResult): number {
  return trace.filter(({ stage, status }) => stage.startsWith('s') && status === 'done').length;
}

export interface ProjectFiles {
  readonly nodes: readonly NodeSpec[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  readonly tools?: Record<string, unknown>;
  readonly permissions?: Record<string, unknown>;
  readonly durability: 'process' | 'full';
}

/** Manifests as JSON, which is read faster than YAML: what reading costs is a benchmark of its own. */
export async function writeProject(directory: string, project: ProjectFiles): Promise<void> {
  const { nodes, edges, tools, permissions, durability } = project;
  await mkdir(directory, { recursive: true });
  const files = {
    workflow: { id: 'bench', nodes, edges },
    engine: { name: 'bench', durability, defaults: { max_parallel: 10_000 }, ...(permissions && { permissions }) },
    ...(tools && { tools }),
  };
  for (const [name, value] of Object.entries(files)) {
    await writeFile(path.join(directory, `${name}.json`), JSON.stringify({ [name]: value }));
  }
}

export function registerWork(engine: Engine, work: Work): void {
  const run = async (arguments_: unknown): Promise<unknown> => {
    if (!isRecord(arguments_)) throw new Error('The stage was given no arguments.');
    return work.run(Number(arguments_['at']), arguments_['value']);
  };
  engine.registerTool('work', defineTool({ capabilities: ['deterministic_safe'], run }));
}

function durabilityOf({ keeps }: EngineChoice): 'process' | 'full' {
  return keeps === 'full' ? 'full' : 'process';
}

export function manifestsOf(
  { shape, work }: Pick<Setting, 'shape' | 'work'>,
  stages: EngineChoice['stages'],
): Omit<ProjectFiles, 'durability'> {
  const nodes: NodeSpec[] = [];
  const edges: { from: string; to: string }[] = [];
  for (const { at, needs } of layersOf(shape).flat()) {
    const id = `s${at}`;
    nodes.push(
      stages === 'tool' ? toolNode(id, at, shape) : { id, type: 'transform', output: outputOf(at, shape, work) },
    );
    const isJoin = needs.length > 1;
    if (isJoin) nodes.push({ id: `join${at}`, type: 'merge' });
    for (const need of needs) edges.push({ from: `s${need}`, to: isJoin ? `join${at}` : id });
    if (isJoin) edges.push({ from: `join${at}`, to: id });
  }
  return { nodes, edges, ...(stages === 'tool' && { tools: { work: { type: 'registered' } } }) };
}

function toolNode(id: string, at: number, { text }: Shape): NodeSpec {
  const value = text?.isCarried === true ? { value: before(at) } : {};
  return { id, type: 'tool', tool: 'work', arguments: { at, ...value } };
}

function outputOf(at: number, { text }: Shape, work: Work): unknown {
  return text?.isCarried === true ? before(at) : work.output(at);
}

const before = (at: number): string => (at === 0 ? '${{ input }}' : '${{ output }}');
