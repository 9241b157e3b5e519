import {
  checkProject,
  compileProject,
  parseManifests,
  type CompiledPipeline,
} from '../../../../src/manifest-compiler/index.ts';

/** The pipeline of a workflow made of edges; nodes named inner and outer are merges, and "finished" is the end. */
export function compiledWorkflow(edges: string): CompiledPipeline {
  const names = [...new Set([...edges.matchAll(/(?:from|to): (?<name>\w+)/gu)].map(([, name = '']) => name))];
  const text = `workflow:\n  id: drawn\n  nodes:\n${names.map((name) => `    - ${nodeText(name)}`).join('\n')}\n  edges:${edges}\n`;
  const parsed = parseManifests(
    new Map([
      ['workflow.yaml', text],
      ['agents.yaml', 'agents: {}\n'],
    ]),
  );
  const { project, problems } = checkProject(parsed, new Map(), { compileSchema: () => undefined });
  if (project === undefined) throw new Error(JSON.stringify(problems));
  const [pipeline] = compileProject(project).compiled?.pipelines.values() ?? [];
  if (pipeline === undefined) throw new Error('There is no pipeline.');
  return pipeline;
}

function nodeText(name: string): string {
  if (name === 'finished') return '{ id: finished, type: end }';
  if (name === 'inner' || name === 'outer') return `{ id: ${name}, type: merge }`;
  return `{ id: ${name}, type: transform, output: 1 }`;
}
