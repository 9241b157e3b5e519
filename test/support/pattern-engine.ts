import { onTestFinished } from 'vitest';
import { Engine, type EngineEvent, type EngineOptions, type ProjectFiles } from '../../src/index.ts';
import { temporaryDirectory } from './project-fixture.ts';

/** The model of patterns in tests: it answers from the replies that `openPattern` is given. */
export const told = { provider: 'scripted', script: 'told.yaml' };

export interface ToldReply {
  readonly agent?: string;
  readonly match?: string;
  readonly call?: number;
  readonly reply?: unknown;
  readonly tool_calls?: readonly object[];
  readonly fail?: { readonly code: string };
  readonly chunks?: number;
}

export const failing = { fail: { code: 'provider.content_filter' } };

export interface OpenPattern {
  readonly engine: Engine;
  readonly events: readonly EngineEvent[];
  /** Stages that a model was asked for, in this order, by node. */
  asked(): readonly string[];
}

/** An engine for the manifests of a pattern, without files unless it is told where. */
export async function openPattern(
  files: ProjectFiles,
  replies: readonly ToldReply[],
  options: EngineOptions & { readonly directory?: string } = {},
): Promise<OpenPattern> {
  const { directory = temporaryDirectory(), ...others } = options;
  const texts = { ...files, 'told.yaml': JSON.stringify({ replies }) };
  const engine = await Engine.fromManifests(texts, { directory, host: 'memory', environment: {}, ...others });
  onTestFinished(() => engine.close());
  const events: EngineEvent[] = [];
  engine.events$.subscribe((event) => events.push(event));
  const asked = (): readonly string[] =>
    events.flatMap(({ type, nodeId }) => (type === 'llm.requested' ? [nodeId ?? ''] : []));
  return { engine, events, asked };
}
