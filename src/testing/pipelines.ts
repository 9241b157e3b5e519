import { EngineError, type CompiledPipeline, type CompiledProject } from '../index.ts';

/** All that there is to walk of a project, or the one that is named: its pipelines, and what child tasks run. */
export function pipelinesOf(compiled: CompiledProject, id?: string): readonly CompiledPipeline[] {
  const pipelines = [...compiled.pipelines.values(), ...compiled.bodies.values()];
  if (id === undefined) return pipelines;
  const found = pipelines.filter((pipeline) => pipeline.id === id);
  if (found.length > 0) return found;
  throw new EngineError('ROUTING_NO_PIPELINE', `The project has no pipeline "${id}".`, {
    hint: `Use one of: ${pipelines.map((pipeline) => pipeline.id).join(', ')}.`,
  });
}
