import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** A file as text. */
export interface DocumentText {
  /** With line ends of one kind. */
  readonly text: string;
  /** Of the bytes as they are. */
  readonly hash: string;
  readonly bytes: number;
  /** When it was last changed: epoch in milliseconds. */
  readonly changedAt: number;
}

export type Unread = { readonly unread: string };

/** Reads a file, or says in half a sentence why it is no document. */
export async function readDocument(file: string, mostBytes: number): Promise<DocumentText | Unread> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size, mtimeMs } = await handle.stat();
      if (size > mostBytes) return tooLarge(mostBytes);
      // One more than there may be: a file that grows is not read for ever.
      const buffer = Buffer.alloc(size + 1);
      const { bytesRead } = await handle.read(buffer, 0, size + 1, 0);
      const content = buffer.subarray(0, bytesRead);
      if (content.includes(0)) return { unread: 'it is no text' };
      return { ...textOf(content), changedAt: Math.round(mtimeMs) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof TypeError) return { unread: 'it is no text in UTF-8' };
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return { unread: `it cannot be read${code}` };
  }
}

/** Throws a TypeError for what is no UTF-8. */
function textOf(content: Buffer): Omit<DocumentText, 'changedAt'> {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  return {
    text: text.replaceAll(/\r\n?/gu, '\n'),
    hash: createHash('sha256').update(content).digest('hex'),
    bytes: content.length,
  };
}

function tooLarge(mostBytes: number): Unread {
  return { unread: `it has more than ${mostBytes} bytes` };
}
