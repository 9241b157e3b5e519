import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Failure } from '../../../../src/errors/index.ts';
import type { PermissionsSpec, ToolSpec } from '../../../../src/manifest/index.ts';
import { createSchemaValidator } from '../../../../src/services/json/index.ts';
import {
  createToolRuntime,
  type ToolCall,
  type ToolOutcome,
  type ToolRuntime,
  type ToolRuntimeOptions,
  type ToolSchemas,
} from '../../../../src/services/tools/index.ts';

/** A project in a temporary directory, with a directory beside it that nothing in it may reach. */
export interface ToolProject {
  readonly directory: string;
  readonly outside: string;
  /** Writes a file below the project, with the directories it needs, and answers with its path. */
  write(file: string, content: string | Buffer): string;
  path(file: string): string;
  runtime(options?: Partial<ToolRuntimeOptions>): Promise<ToolRuntime>;
  remove(): Promise<void>;
}

export const fullPermissions: PermissionsSpec = { filesystem: { read: ['.'], write: ['.'] } };

export const filesystemTools = {
  read_file: { type: 'filesystem.read_file', root: './work' },
  write_file: { type: 'filesystem.write_file', root: './work' },
  list_files: { type: 'filesystem.list', root: './work' },
} as const satisfies Record<string, ToolSpec>;

/** Finds nothing wrong with any value. */
export const laxSchemas: ToolSchemas = { ...createSchemaValidator({}), validate: () => [] };

export function createToolProject(): ToolProject {
  const parent = realpathSync(mkdtempSync(path.join(tmpdir(), 'agent-engine-tools-')));
  const directory = path.join(parent, 'project');
  const outside = path.join(parent, 'outside');
  mkdirSync(path.join(directory, 'work'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(path.join(outside, 'secret.txt'), 'secret');
  const runtimes: ToolRuntime[] = [];
  const locate = (file: string): string => path.join(directory, file);
  return {
    directory,
    outside,
    path: locate,
    write(file, content) {
      mkdirSync(path.dirname(locate(file)), { recursive: true });
      writeFileSync(locate(file), content);
      return locate(file);
    },
    async runtime(options = {}) {
      const runtime = await createToolRuntime({
        tools: filesystemTools,
        permissions: fullPermissions,
        projectDirectory: directory,
        schemas: laxSchemas,
        handlers: new Map(),
        stateDirectory: './.agent-engine',
        ...options,
      });
      runtimes.push(runtime);
      return runtime;
    },
    async remove() {
      await Promise.all(runtimes.map(async (runtime) => await runtime.close()));
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

export function toolCall(tool: string, arguments_: unknown, more: Partial<ToolCall> = {}): ToolCall {
  return {
    tool,
    arguments: arguments_,
    mode: 'normal',
    idempotencyKey: 'task/1',
    signal: new AbortController().signal,
    ...more,
  };
}

export function failureIn(outcome: ToolOutcome): Failure {
  if (outcome.ok) throw new Error(`The call succeeded: ${JSON.stringify(outcome.output)}`);
  return outcome.failure;
}

/** The code of a failure and the rule of a denial: what decides what happens next. */
export function verdict(outcome: ToolOutcome): string {
  if (outcome.ok) return 'ok';
  const rule = outcome.failure.details?.['rule'];
  return typeof rule === 'string' ? `${outcome.failure.code} (${rule})` : outcome.failure.code;
}

export function makePipe(file: string): void {
  execFileSync('/usr/bin/env', ['mkfifo', file]);
}
