import type { CompiledProject } from '../compile/compiled.ts';
import type { Compatibility, Difference, PipelineCompatibility } from './compatibility.ts';
import {
  comparePipelines,
  describePipeline,
  removedPipeline,
  successorOf,
  versionsOf,
  worstOf,
} from './compare-pipelines.ts';
import { projectDifferences } from './project-differences.ts';
import { createVersions } from './version.ts';

/** Whether tasks that began with one version of the manifests can go on with another, at whatever point they are. */
export function compareProjects(before: CompiledProject, after: CompiledProject): Compatibility {
  const of = { before: createVersions(before), after: createVersions(after) };
  const successors = new Map([...before.pipelines.values()].map((old) => [old, successorOf(old, after)]));
  const pipelines = [...successors].map(([old, successor]) => {
    const versions = versionsOf(old, successor, of);
    return versions === undefined
      ? gonePipeline(old.id, [...old.graph.byId.keys()])
      : describePipeline(comparePipelines(versions));
  });
  const known = new Set(successors.values());
  const added = [...after.pipelines.values()].filter((pipeline) => !known.has(pipeline));
  return {
    verdict: worstOf(pipelines.map(({ verdict }) => verdict)),
    differences: [
      ...added.map(({ id }): Difference => ({ kind: 'pipeline_added', sentence: `Pipeline "${id}" is new.` })),
      ...projectDifferences(before, after),
    ],
    pipelines,
  };
}

function gonePipeline(pipeline: string, nodes: readonly string[]): PipelineCompatibility {
  return {
    verdict: 'refused',
    pipeline,
    reasons: [removedPipeline(pipeline)],
    differences: [{ kind: 'pipeline_removed', sentence: `Pipeline "${pipeline}" is gone.` }],
    mapping: { kept: [], again: [], dropped: nodes, renamed: [], added: [] },
  };
}
