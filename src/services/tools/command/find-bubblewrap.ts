import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';

const probeMs = 5_000;
let found: Promise<string | undefined> | undefined;

/**
 * Where bubblewrap is, once it has shown that it can make a sandbox here: systems can forbid user namespaces. Looked for once
 * in a process.
 */
export async function findBubblewrap(): Promise<string | undefined> {
  found ??= probe();
  return await found;
}

async function probe(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const program = await findProgram('bwrap', process.env['PATH'] ?? '');
  return program !== undefined && (await canRun(program)) ? program : undefined;
}

/** The file that a name stands for, as a shell would find it; nothing for one that is not there. */
export async function findProgram(name: string, searchPath: string): Promise<string | undefined> {
  const places = name.includes('/')
    ? [name]
    : searchPath
        .split(path.delimiter)
        .filter((entry) => path.isAbsolute(entry))
        .map((entry) => path.join(entry, name));
  for (const place of places) {
    const isThere = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  return undefined;
}

async function canRun(program: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const words = ['--unshare-all', '--die-with-parent', '--ro-bind', '/', '/', '--', '/bin/sh', '-c', ':'];
    execFile(program, words, { timeout: probeMs, env: {} }, (error) => {
      resolve(error === null);
    });
  });
}
