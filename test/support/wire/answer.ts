/** Something a test opens when it is time to go on. */
export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

export function createGate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}

interface Head {
  /** Default: 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** All of the body at once. */
export interface BodyAnswer extends Head {
  readonly kind: 'body';
  readonly body: string;
}

/** Headers first, then one part after the other. */
export interface StreamAnswer extends Head {
  readonly kind: 'stream';
  /** Texts to send, and gates to wait at. */
  readonly parts: readonly (string | Gate)[];
  /** `close`: as if that were all; `cut`: the socket is destroyed; `stall`: nothing more comes. Default: close. */
  readonly ending?: 'close' | 'cut' | 'stall';
  /** Bytes of one piece, across the borders of parts and characters; `all`: one piece. Default: one piece a part. */
  readonly pieces?: number | 'all';
}

/** What a wire server does with one request. */
export type WireAnswer =
  | BodyAnswer
  | StreamAnswer
  /** Not even headers. */
  | { readonly kind: 'silence' }
  /** The socket is destroyed before the first byte. */
  | { readonly kind: 'cut' };

export function jsonAnswer(value: unknown, { status = 200, headers = {} }: Head = {}): BodyAnswer {
  const type = { 'content-type': 'application/json' };
  return { kind: 'body', status, headers: { ...type, ...headers }, body: JSON.stringify(value) };
}

/** What a proxy shows that stands in for the server. */
export function htmlAnswer(status = 200): BodyAnswer {
  const body = '<!doctype html><html><body><h1>Sign in to the network</h1></body></html>';
  return { kind: 'body', status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
