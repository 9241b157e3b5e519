import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { secretPath } from '../../manifest/index.ts';
import { namesIn, type Environment } from './environment.ts';

/** What was found in the secret files that manifests name; paths are as they are written. */
export interface SecretFiles {
  readonly values: ReadonlyMap<string, string>;
  /** What is wrong with the others: the rest of a sentence that begins with the file. */
  readonly faults: ReadonlyMap<string, string>;
}

const maxBytes = 65_536;

/** Reads all files that manifest parts, as they are declared, name by `${file:path}`. Never rejects. */
export async function readSecretFiles(declared: unknown, projectDirectory: string): Promise<SecretFiles> {
  const values = new Map<string, string>();
  const faults = new Map<string, string>();
  for (const file of secretPaths(declared)) {
    const read = await readSecret(path.resolve(projectDirectory, file));
    if ('value' in read) values.set(file, read.value);
    else faults.set(file, read.fault);
  }
  return { values, faults };
}

/** Secret files that manifest parts name, as they are written. */
export function secretPaths(declared: unknown): readonly string[] {
  return [...new Set(namesIn(declared).flatMap((name) => secretPath(name) ?? []))];
}

/** The environment with what secret files hold: nothing in it by itself passes for a file. */
export function withSecrets(environment: Environment, { values }: Pick<SecretFiles, 'values'>): Environment {
  if (values.size === 0) return environment;
  const variables = Object.entries(environment).filter(([name]) => secretPath(name) === undefined);
  return Object.fromEntries([...variables, ...Array.from(values, ([file, value]) => [`file:${file}`, value] as const)]);
}

type Read = { readonly value: string } | { readonly fault: string };

async function readSecret(file: string): Promise<Read> {
  try {
    // A pipe would keep the open waiting for a writer.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await handle.stat()).isFile()) return { fault: 'is no file' };
      const bytes = await readStart(handle);
      return bytes.length > maxBytes ? { fault: `is larger than ${maxBytes} bytes` } : decode(bytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { fault: isMissing(error) ? 'is not there' : 'cannot be read' };
  }
}

/** One byte more than a secret may have, if there are as many. */
async function readStart(handle: FileHandle): Promise<Uint8Array> {
  const buffer = Buffer.alloc(maxBytes + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
    length += bytesRead;
    if (bytesRead === 0 || length === buffer.length) return buffer.subarray(0, length);
  }
}

function decode(bytes: Uint8Array): Read {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\0')) return { fault: 'is no text' };
    // Editors and shells end a file with a line end that is no part of the secret.
    const value = text.replace(/[\r\n]+$/u, '');
    return value.trim() === '' ? { fault: 'is empty' } : { value };
  } catch {
    return { fault: 'is no text' };
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
