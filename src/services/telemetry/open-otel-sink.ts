import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { BatchSink } from './sink.ts';

export interface OtelPluginOptions {
  readonly workflow: string;
  readonly payloads?: 'full' | 'metadata' | 'none' | undefined;
}

/** Loads OpenTelemetry only for who uses it. */
export async function openOtelSink({ workflow, payloads }: OtelPluginOptions): Promise<BatchSink> {
  const { createOtelSink } = await import('./otel/index.ts');
  return createOtelSink({ workflow, payloads, version: await ownVersion(), variables: process.env });
}

async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
