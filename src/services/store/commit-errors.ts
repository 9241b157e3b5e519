import { EngineError } from '../../errors/index.ts';

export function taskExists(id: string): EngineError {
  return new EngineError('TASK_ALREADY_EXISTS', `A task with the id "${id}" exists.`, {
    hint: 'Choose another id, or resume the task that is there.',
    details: { task: id },
  });
}

export function taskMissing(id: string): EngineError {
  return new EngineError('TASK_NOT_FOUND', `No task has the id "${id}".`, {
    hint: 'List the tasks and take an id from there.',
    details: { task: id },
  });
}

export function taskMovedOn(id: string, seq: number): EngineError {
  return new EngineError('TASK_BUSY', `Entry ${seq} of the task "${id}" was written by another process.`, {
    hint: 'Let the other process go on with the task, or stop it and resume the task here.',
    details: { task: id, seq },
  });
}

export function rowMissing(id: string): EngineError {
  return new EngineError('ENGINE_BUG', `The first commit of the task "${id}" has no row.`, { details: { task: id } });
}

export function storeClosed(): EngineError {
  return new EngineError('ENGINE_CLOSED', 'The task store has been closed.', {
    hint: 'Create a new engine to go on.',
  });
}
