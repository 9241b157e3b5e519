import { EngineError, nearestName } from '../../engine/index.ts';

/** Throws HOST_USAGE for a pipeline that is asked for and is not there, whatever the command. */
export function checkPipeline(known: readonly string[], id: string | undefined): void {
  if (id === undefined || known.includes(id)) return;
  const nearest = nearestName(id, known);
  throw new EngineError('HOST_USAGE', `The project has no pipeline "${id}".`, {
    hint: nearest === undefined ? `Use one of: ${known.join(', ')}.` : `Did you mean "${nearest}"?`,
  });
}
