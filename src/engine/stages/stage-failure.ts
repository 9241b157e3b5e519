import { failureOf, isEngineError, type Failure } from '../../errors/index.ts';

/** The failure that a thrown value stands for. What is no failure of its own is a bug, or a service that broke. */
export function asStageFailure(error: unknown, stage: string): Failure {
  const failure = failureOf(error);
  if (failure !== undefined) return failure;
  if (isEngineError(error)) {
    const code = error.code.startsWith('MEMORY_') ? 'memory.unavailable' : 'internal.bug';
    return {
      code,
      message: error.message,
      ...(error.hint !== undefined && { hint: error.hint }),
      details: { code: error.code },
    };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'internal.bug', message: `Stage "${stage}" broke a rule of the engine: ${reason}` };
}
