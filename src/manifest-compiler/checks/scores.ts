import type { Problem } from '../../errors/index.ts';
import { compileScores } from '../compile/compile-scores.ts';
import { createFaultCollector } from '../compile/fault-collector.ts';
import type { ProjectView } from './project-view.ts';

/** Scores of pipelines parse, and give numbers. */
export function checkScores(view: ProjectView): Problem[] {
  const faults = createFaultCollector(({ kind, path }) => ({ file: view.fileOf(kind), path }));
  compileScores(view.manifests.pipelines?.pipelines ?? {}, faults);
  return [...faults.problems];
}
