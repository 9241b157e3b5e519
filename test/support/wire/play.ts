import type { ServerResponse } from 'node:http';
import type { StreamAnswer, WireAnswer } from './answer.ts';

/** Answers a request as the script says. */
export async function play(answer: WireAnswer, response: ServerResponse): Promise<void> {
  switch (answer.kind) {
    case 'silence':
      return;
    case 'cut':
      response.destroy();
      return;
    case 'body':
      response.writeHead(answer.status ?? 200, answer.headers);
      response.end(answer.body);
      return;
    case 'stream':
      await playStream(answer, response);
  }
}

async function playStream(answer: StreamAnswer, response: ServerResponse): Promise<void> {
  const { status = 200, headers, parts, ending = 'close', pieces } = answer;
  response.writeHead(status, headers);
  response.flushHeaders();
  for (const part of pieces === undefined ? parts : regrouped(parts, pieces)) {
    if (response.destroyed) return;
    if (typeof part === 'string' || Buffer.isBuffer(part)) await write(response, part);
    else await part.opened;
  }
  if (ending === 'close') response.end();
  else if (ending === 'cut') response.destroy();
}

/** Each write is a chunk of HTTP, which clients see as one piece whatever TCP makes of it. */
function write(response: ServerResponse, piece: string | Buffer): Promise<void> {
  // A client that went away ends the wait too.
  return new Promise((written) => response.write(piece, () => written()));
}

type Part = StreamAnswer['parts'][number];

/** The bytes between two gates in pieces of another size. */
function* regrouped(parts: readonly Part[], size: number | 'all'): Generator<Part | Buffer> {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    yield* inPieces(text, size);
    text = '';
    yield part;
  }
  yield* inPieces(text, size);
}

function* inPieces(text: string, size: number | 'all'): Generator<Buffer> {
  const bytes = Buffer.from(text, 'utf8');
  const step = size === 'all' ? Math.max(1, bytes.length) : size;
  for (let start = 0; start < bytes.length; start += step) yield bytes.subarray(start, start + step);
}
