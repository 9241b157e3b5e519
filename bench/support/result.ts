import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isRecord } from './peer.ts';
import type { Figures } from './suite.ts';

/** One case at one size: its figures, or why there are none. */
export interface Row {
  readonly suite: string;
  readonly subject: string;
  readonly size: number;
  readonly figures?: Figures;
  readonly skipped?: string;
  readonly failed?: string;
  /** What whoever reads the figures has to know. */
  readonly notes?: readonly string[];
}

/** What is written beside the tables. */
export interface Result {
  readonly date: string;
  readonly commit: string | null;
  readonly node: string;
  readonly cpu: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly system: string;
  /** Load averages of 1, 5 and 15 minutes, before and after. */
  readonly loadBefore: readonly number[];
  readonly loadAfter: readonly number[];
  /** Directory that files were written to. */
  readonly files: string;
  readonly isQuick: boolean;
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

const root = path.join(import.meta.dirname, '../..');

export function describeMachine(): Pick<
  Result,
  'date' | 'commit' | 'node' | 'cpu' | 'cpus' | 'memoryBytes' | 'system' | 'loadBefore' | 'files' | 'versions'
> {
  return {
    date: new Date().toISOString(),
    commit: commitOf(),
    node: process.version,
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cpus: os.cpus().length,
    memoryBytes: os.totalmem(),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    loadBefore: os.loadavg(),
    files: os.tmpdir(),
    versions: {
      'agent-engine': versionOf('package.json'),
      xstate: versionOf('node_modules/xstate/package.json'),
      '@langchain/langgraph': versionOf('bench/node_modules/@langchain/langgraph/package.json'),
      '@langchain/langgraph-checkpoint-sqlite': versionOf(
        'bench/node_modules/@langchain/langgraph-checkpoint-sqlite/package.json',
      ),
      '@mastra/core': versionOf('bench/node_modules/@mastra/core/package.json'),
      '@mastra/libsql': versionOf('bench/node_modules/@mastra/libsql/package.json'),
    },
  };
}

function versionOf(file: string): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
    return isRecord(manifest) ? String(manifest['version']) : 'unknown';
  } catch {
    return 'not installed';
  }
}

function commitOf(): string | null {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return null; // not a checkout
  }
}
