/** Thrown where something cannot be measured on this machine; the reason is shown, and the rest goes on. */
export function skip(reason: string, cause?: unknown): Error {
  return Object.assign(new Error(reason, { cause }), { name: 'Skipped' });
}

export function isSkip(error: unknown): error is Error {
  return error instanceof Error && error.name === 'Skipped';
}

/**
 * Loads a library that is measured beside this one. They are installed on their own, so their types may not be there:
 * the caller names the part that it uses, and a look at the loaded module holds it to that.
 */
export async function loadPeer<Module>(name: string, isIt: (module: unknown) => module is Module): Promise<Module> {
  let module: unknown;
  try {
    module = await import(name);
  } catch (error) {
    if (isRecord(error) && error['code'] === 'ERR_MODULE_NOT_FOUND') {
      throw skip(`"${name}" is not installed. Install the peers with: npm --prefix bench install`, error);
    }
    throw skip(`"${name}" cannot be loaded: ${firstLine(error)}`, error);
  }
  if (!isIt(module)) throw skip(`"${name}" has changed: it does not export what is used here.`);
  return module;
}

export function hasFunctions(module: unknown, names: readonly string[]): boolean {
  return isRecord(module) && names.every((name) => typeof module[name] === 'function');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? '';
}
