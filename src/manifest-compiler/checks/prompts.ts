import type { Problem } from '../../errors/index.ts';
import { createFaultCollector } from '../compile/fault-collector.ts';
import { compileAgent } from '../compile/compile-agent.ts';
import { createSource, type ManifestSource } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import { runnableAgent } from './runnable.ts';

/** Prompts are templates that parse, in files and in manifests. */
export function checkPrompts(view: ProjectView): Problem[] {
  const faults = createFaultCollector(({ kind, path }) => ({ file: view.fileOf(kind), path }));
  const context = { texts: Object.fromEntries(view.texts), faults, prompts: new Map() };
  for (const [id, agent] of Object.entries(view.manifests.agents?.agents ?? {})) {
    compileAgent(id, runnableAgent(agent), context);
  }
  return [...faults.problems];
}

/** The prompts in files, to show problems with. */
export function promptSources({ namedFiles, texts }: ProjectView): ReadonlyMap<string, ManifestSource> {
  const sources = new Map<string, ManifestSource>();
  for (const { kind, path } of namedFiles) {
    const text = kind === 'prompt' ? texts.get(path) : undefined;
    if (text !== undefined && !sources.has(path))
      sources.set(
        path,
        createSource(path, text, () => [0, 0]),
      );
  }
  return sources;
}
