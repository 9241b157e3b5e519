import type { PipelineSpec } from '../../manifest/index.ts';
import type { CompiledExpression, ScopeNames } from '../expressions/index.ts';
import type { FaultCollector } from './fault-collector.ts';

/** A score is asked for before there is a task: of `task` it knows the mode and the tags. */
const scope: ScopeNames = { variables: ['task', 'input'], stages: [] };

/** The scores that pipelines declare, by the id of the pipeline. */
export function compileScores(
  pipelines: Readonly<Record<string, Pick<PipelineSpec, 'score'>>>,
  faults: Pick<FaultCollector, 'number'>,
): ReadonlyMap<string, CompiledExpression> {
  const scores = new Map<string, CompiledExpression>();
  for (const [id, { score }] of Object.entries(pipelines)) {
    if (score === undefined) continue;
    const compiled = faults.number(score, scope, { kind: 'pipelines', path: ['pipelines', id, 'score'] });
    if (compiled !== undefined) scores.set(id, compiled);
  }
  return scores;
}
