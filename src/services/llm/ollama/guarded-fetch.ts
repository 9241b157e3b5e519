import { z } from 'zod';
import { failureError, failureOf } from '../../../errors/index.ts';
import { heardResponse } from '../heard-response.ts';
import {
  brokenOffFailure,
  connectionFailure,
  cutFailure,
  garbledFailure,
  statusFailure,
  type AskedModel,
} from './faults.ts';
import type { OllamaServer } from './server.ts';

export interface GuardedCall extends AskedModel {
  readonly server: OllamaServer;
  readonly signal: AbortSignal;
  readonly onBytes?: () => void;
}

const mostLineCharacters = 16 * 1_024 * 1_024;
const mostErrorCharacters = 64 * 1_024;

/**
 * The `fetch` of one call. The SDK takes no signal, writes to the console when a server errs, skips lines that are no JSON
 * and takes a key from the environment of the process: so it is shown good answers alone, and each fault is thrown from here.
 */
export function guardedFetch(call: GuardedCall): typeof fetch {
  const open = openFetch(call);
  return async (input, init) => {
    const response = await open(input, init);
    if (response.body === null) throw failureError(cutFailure());
    return new Response(response.body.pipeThrough(lineFilter(call)), { headers: response.headers });
  };
}

/** The same for answers that come in one piece, which the SDK reads whole. */
export function openFetch(call: GuardedCall): typeof fetch {
  const { server, signal } = call;
  return async (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.delete('authorization');
    if (server.authorization !== undefined) headers.set('authorization', server.authorization);
    const answered = await connect(() => fetch(input, { ...init, headers, signal }), call);
    const response = heardResponse(answered, call.onBytes);
    if (!response.ok) throw failureError(statusFailure(response, await startOf(response), call));
    return response;
  };
}

async function connect(open: () => Promise<Response>, { server }: GuardedCall): Promise<Response> {
  try {
    return await open();
  } catch (error) {
    throw failureOf(error) === undefined ? failureError(connectionFailure(error, server)) : error;
  }
}

/** As much of a body as anybody reads; what breaks off is read as far as it came. */
async function startOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  let text = '';
  try {
    for await (const piece of body.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (text.length > mostErrorCharacters) break;
    }
  } catch {
    return text;
  }
  return text;
}

/** Lets whole lines of JSON through, and ends with a failure at any other, at an error of the server and at an early end. */
function lineFilter(call: GuardedCall): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  // A line may come in many pieces: each is looked at once, and they are joined at its end.
  let pieces: string[] = [];
  let length = 0;
  let isDone = false;
  const take = (line: string): string => {
    if (line.trim() === '') return '';
    isDone = readLine(line, call).done === true || isDone;
    return `${line}\n`;
  };
  return new TransformStream({
    transform(bytes, controller) {
      const [first = '', ...others] = decoder.decode(bytes, { stream: true }).split('\n');
      pieces.push(first);
      length += first.length;
      const rest = others.pop();
      let text = '';
      if (rest !== undefined) {
        text = [pieces.join(''), ...others].map(take).join('');
        pieces = [rest];
        length = rest.length;
      }
      if (length > mostLineCharacters) throw failureError(garbledFailure());
      if (text !== '') controller.enqueue(encoder.encode(text));
    },
    flush(controller) {
      const text = isDone ? '' : take([...pieces, decoder.decode()].join(''));
      if (!isDone) throw failureError(cutFailure());
      if (text !== '') controller.enqueue(encoder.encode(text));
    },
  });
}

const Line = z.object({ done: z.boolean().nullish(), error: z.string().nullish() });

function readLine(line: string, call: GuardedCall): z.infer<typeof Line> {
  const read = Line.safeParse(parsed(line));
  if (!read.success) throw failureError(garbledFailure());
  const { error } = read.data;
  if (typeof error === 'string') throw failureError(brokenOffFailure(error, call));
  return read.data;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
