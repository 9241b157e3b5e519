import { EngineError } from '../../errors/index.ts';

export function noState(consequence: string): EngineError {
  return new EngineError('HOST_NO_STATE', `The engine keeps its tasks in memory alone: ${consequence}.`, {
    hint: 'Open it with the local host.',
  });
}
