import { randomUUID } from 'node:crypto';
import { EngineError } from '../errors/index.ts';
import { definitionHash, type Engine, type EngineEvent } from '../engine/index.ts';
import { addressOf, isLocal } from './address.ts';
import { toMessage } from './messages.ts';
import { createMirror, overTypes, type Mirror } from './mirror.ts';
import { createWire } from './wire.ts';

export interface InspectOptions {
  /** Where the inspector listens: `ws://` or `wss://`. What tasks do is sent there. */
  readonly url: string;
  /** `full`: also what models and tools are given and say, as far as it is not redacted. Default: metadata. */
  readonly payloads?: 'metadata' | 'full';
  /** Is told that data leaves this machine, and that nobody answers. Default: a warning of the process. */
  readonly warn?: (message: string) => void;
}

export interface Inspection {
  /** Ends it, and leaves tasks as they are. Closing the engine does that, too. */
  close(): Promise<void>;
}

/**
 * Shows Stately's inspector an actor for each task: the compiled chart, with the states that the task is in. Tasks wait for nothing of it.
 * Needs `@statelyai/inspect` and `ws`. Rejects with PLUGIN_PEER_MISSING, PLUGIN_ADDRESS_INVALID.
 */
export async function inspectWith(engine: Engine, options: InspectOptions): Promise<Inspection> {
  const url = addressOf(options.url);
  const { warn = (message) => process.emitWarning(message) } = options;
  const { createInspector, connect } = await loadPeers();
  if (!isLocal(url)) warn(`What tasks do is sent to ${url.origin}: it leaves this machine.`);
  const wire = createWire({ url, connect, warn });
  const mirrors = new Map<string, Mirror>();
  const prefix = randomUUID().slice(0, 8);
  const described = new Map<string, Mirror>();
  const inspector = createInspector(
    {
      send: (event) =>
        wire.send(toMessage(event, { prefix, describe: (id, context) => described.get(id)?.describe(context) })),
    },
    { serializationDepthLimit: deepest },
  );
  const begin = async (event: EngineEvent): Promise<Mirror | undefined> => {
    const { taskId, pipelineId = '' } = event;
    const { pipelines, bodies } = engine.compiled;
    const pipeline = pipelines.get(pipelineId) ?? bodies.get(pipelineId);
    const past = await pastOf(engine, event);
    if (pipeline === undefined || past === undefined) return undefined;
    const mirror = createMirror({ taskId, pipeline, inspect: inspector.inspect });
    mirrors.set(taskId, mirror);
    described.set(mirror.sessionId, mirror);
    mirror.catchUp(past);
    return mirror;
  };
  const take = async (event: EngineEvent): Promise<void> => {
    const mirror = mirrors.get(event.taskId) ?? (beginnings.has(event.type) ? await begin(event) : undefined);
    mirror?.take(event);
    if (mirror === undefined || !overTypes.has(event.type)) return;
    mirrors.delete(event.taskId);
    setTimeout(() => described.delete(mirror.sessionId), 0).unref(); // behind its last message
  };
  await wire.tried;
  const close = async (): Promise<void> => {
    await nextTurn(); // the inspector puts messages off until then
    await wire.close();
  };
  const remove = engine.addSink({
    name: 'inspector',
    payloads: options.payloads ?? 'metadata',
    takes: ({ taskId, type }) => taskId !== '' && !unshown.has(type),
    write: take,
    close,
  });
  return {
    async close() {
      remove();
      await close();
    },
  };
}

/** Events with which an actor may be begun; what else comes of an unknown task has nothing to show any more. */
const beginnings: ReadonlySet<string> = new Set(['task.created', 'task.started', 'task.resumed', 'stage.started']);
const unshown: ReadonlySet<string> = new Set(['llm.chunk', 'checkpoint.written', 'edge.taken', 'sink.failed']);
/** Charts nest deeper than the inspector would look by itself. */
const deepest = 1_000;

/** What a task did before; undefined for one with other manifests, whose chart is not at hand. */
async function pastOf(engine: Engine, event: EngineEvent): ReturnType<typeof traceOf> {
  const hash = definitionHash(engine.compiled);
  if (event.type !== 'task.created') return traceOf(engine, event.taskId, hash);
  if (event.data.forkedFrom !== undefined) return traceOf(engine, event.taskId, hash);
  return event.data.definition === hash ? [] : undefined;
}

async function traceOf(engine: Engine, taskId: string, hash: string) {
  try {
    const { definition, trace } = await engine.showTask(taskId);
    return definition === hash ? trace : undefined;
  } catch {
    return undefined; // it was removed while its events waited
  }
}

const handshakeMs = 5_000;

async function loadPeers() {
  try {
    const { createInspector } = await import('@statelyai/inspect');
    // Not the WebSocket of Node: that one cannot be ended, so a receiver that hangs would keep the process.
    const { WebSocket } = await import('ws');
    const settings = { handshakeTimeout: handshakeMs, perMessageDeflate: false };
    return { createInspector, connect: (url: URL) => new WebSocket(url, settings) };
  } catch (cause) {
    throw new EngineError('PLUGIN_PEER_MISSING', 'The packages "@statelyai/inspect" and "ws" cannot be loaded.', {
      hint: 'Run "npm install @statelyai/inspect ws".',
      cause,
    });
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
