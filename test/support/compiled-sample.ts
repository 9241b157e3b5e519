import type { CompiledProject } from '../../src/index.ts';
import type { EdgeSpec, NodeSpec, ProjectSpec } from '../../src/manifest/index.ts';
import { compileProject } from '../../src/manifest-compiler/index.ts';

const persona = { prompt: 'Work.' };

/** A compiled project of nothing but a workflow, and what else is given. */
export function compiledSample(
  nodes: readonly NodeSpec[],
  edges: readonly EdgeSpec[],
  rest: Partial<ProjectSpec> = {},
): CompiledProject {
  const { compiled, problems } = compileProject({
    engine: { name: 'sample' },
    agents: { worker: persona, judge: persona },
    tools: {},
    workflows: {},
    workflow: { id: 'sample', nodes: [...nodes], edges: [...edges] },
    pipelines: {},
    memory: {},
    plugins: [],
    schemas: {},
    texts: {},
    ...rest,
  });
  if (compiled === undefined) throw new Error(JSON.stringify(problems));
  return compiled;
}
