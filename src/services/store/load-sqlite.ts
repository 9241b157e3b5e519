import type * as Sqlite from 'node:sqlite';
import { EngineError } from '../../errors/index.ts';

/**
 * node:sqlite, loaded when it is needed, so that a browser can load the files that use it. Older versions of Node warn that it is
 * experimental, which is nothing that a user can act on: that one warning is held back.
 */
export function loadSqlite(): typeof Sqlite {
  if (typeof process === 'undefined' || typeof process.getBuiltinModule !== 'function') throw sqliteMissing();
  const original = Object.getOwnPropertyDescriptor(process, 'emitWarning') ?? {};
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('SQLite')) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    Object.defineProperty(process, 'emitWarning', original);
  }
}

function sqliteMissing(): EngineError {
  return new EngineError('HOST_NODE_TOO_OLD', 'Files of tasks and memory need Node 22.18 or newer.', {
    hint: 'Install a newer Node, or keep tasks and memory in the process.',
  });
}
