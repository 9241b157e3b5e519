import type { WebSocket } from 'ws';
import type { Message } from './messages.ts';

/** The way to a receiver. It may be gone, come back, or be slow: nothing waits for it, and little is kept for it. */
export interface Wire {
  send(message: Message): void;
  /** Resolves when the receiver answers, and when it does not. */
  readonly tried: Promise<void>;
  close(): Promise<void>;
}

export interface WireOptions {
  readonly url: URL;
  /** Begins a connection. */
  readonly connect: (url: URL) => WebSocket;
  readonly warn: (message: string) => void;
  /** Before the first try to reach it again; each further pause is twice as long. */
  readonly pauseMs?: number;
}

/** What a receiver has to be told that comes late or lags: the actors, and where each is. */
interface Roster {
  readonly actor?: string;
  readonly snapshot?: string;
}

interface State {
  readonly options: WireOptions;
  readonly rosters: Map<string, Roster>;
  socket: WebSocket | undefined;
  timer: NodeJS.Timeout | undefined;
  pauseMs: number;
  isBehind: boolean;
  isClosed: boolean;
  hasWarned: boolean;
}

const mostActors = 500;
const mostBuffered = 4 * 1_024 * 1_024;
const catchUpMs = 100;
const defaultPauseMs = 1_000;
const longestPauseMs = 30_000;
const patienceMs = 2_000;

export function createWire(options: WireOptions): Wire {
  const tried = Promise.withResolvers<void>();
  const state: State = {
    options,
    rosters: new Map(),
    socket: undefined,
    timer: undefined,
    pauseMs: options.pauseMs ?? defaultPauseMs,
    isBehind: false,
    isClosed: false,
    hasWarned: false,
  };
  connect(state, tried.resolve);
  setTimeout(tried.resolve, patienceMs).unref();
  return { tried: tried.promise, send: (message) => send(state, message), close: () => close(state) };
}

function connect(state: State, tried: () => void): void {
  const socket = state.options.connect(state.options.url);
  state.socket = socket;
  socket.on('error', () => undefined); // "close" follows
  socket.on('open', () => {
    state.pauseMs = state.options.pauseMs ?? defaultPauseMs;
    state.hasWarned = false;
    tellAll(state);
    tried();
  });
  socket.on('close', () => {
    tried();
    if (state.isClosed) return;
    warnOnce(state);
    state.timer = setTimeout(() => connect(state, tried), state.pauseMs);
    state.timer.unref();
    state.pauseMs = Math.min(state.pauseMs * 2, longestPauseMs);
  });
}

function warnOnce(state: State): void {
  if (state.hasWarned) return;
  state.hasWarned = true;
  state.options.warn(`The inspector at ${state.options.url.origin} does not answer. Tasks go on without it.`);
}

function send(state: State, message: Message): void {
  const text = JSON.stringify(message);
  keep(state, message, text);
  const { socket, isBehind } = state;
  if (socket === undefined || socket.readyState !== socket.OPEN || isBehind) return;
  if (socket.bufferedAmount <= mostBuffered) socket.send(text);
  else fallBehind(state);
}

/** Those that were heard of last stay. */
function keep({ rosters }: State, { type, sessionId }: Message, text: string): void {
  if (type === '@xstate.event') return;
  const { actor } = rosters.get(sessionId) ?? {};
  rosters.delete(sessionId);
  if (type === '@xstate.actor') rosters.set(sessionId, { actor: text });
  else rosters.set(sessionId, { ...(actor !== undefined && { actor }), snapshot: text });
  const [oldest] = rosters.keys();
  if (rosters.size > mostActors && oldest !== undefined) rosters.delete(oldest);
}

/** A receiver that takes less than is sent misses what comes until it has caught up, and is told then where all actors are. */
function fallBehind(state: State): void {
  state.isBehind = true;
  const look = (): void => {
    const { socket } = state;
    const isOpen = socket !== undefined && socket.readyState === socket.OPEN;
    if (isOpen && socket.bufferedAmount > 0) setTimeout(look, catchUpMs).unref();
    else if (isOpen) tellAll(state);
    else state.isBehind = false; // one that comes back is told everything
  };
  setTimeout(look, catchUpMs).unref();
}

function tellAll(state: State): void {
  state.isBehind = false;
  const { actors, snapshots } = Object.groupBy(
    [...state.rosters.values()].flatMap(({ actor, snapshot }) => [
      { kind: 'actors', text: actor },
      { kind: 'snapshots', text: snapshot },
    ]),
    ({ kind }) => kind,
  );
  for (const { text } of [...(actors ?? []), ...(snapshots ?? [])]) if (text !== undefined) state.socket?.send(text);
}

/** What was sent may still arrive; a receiver that takes nothing is not waited for. */
async function close(state: State): Promise<void> {
  state.isClosed = true;
  clearTimeout(state.timer);
  const { socket } = state;
  if (socket === undefined || socket.readyState === socket.CLOSED) return;
  const closed = Promise.withResolvers<unknown>();
  socket.on('close', closed.resolve);
  const timer = setTimeout(() => socket.terminate(), patienceMs);
  socket.close();
  await closed.promise;
  clearTimeout(timer);
}
