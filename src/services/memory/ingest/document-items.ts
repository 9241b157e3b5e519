import { createHash } from 'node:crypto';
import { estimateTokens } from '../../tokens.ts';
import type { MemoryItem } from '../port.ts';
import { chunkText, splitterVersion, type ChunkLimits, type DocumentFormat } from './chunk-text.ts';
import type { DocumentText } from './read-document.ts';

export const chunkLimits: ChunkLimits = { maxTokens: 400, overlapTokens: 50 };

const importance = 0.5;
const mostOutline = 4_000;

/** What tells that a document needs not be taken in again. */
export function markOf({ hash }: Pick<DocumentText, 'hash'>, tags: readonly string[]): string {
  return shortHash(JSON.stringify([hash, tags, chunkLimits, splitterVersion]));
}

export function documentId(source: string): string {
  return `document:${shortHash(source)}`;
}

export interface DocumentSource {
  /** The path that it is known by. */
  readonly source: string;
  readonly format: DocumentFormat;
  readonly tags: readonly string[];
}

export interface DocumentItems {
  readonly document: MemoryItem;
  readonly chunks: readonly MemoryItem[];
}

/** A document as items: one that tells of all of it, and its chunks. The same document has the same ids. */
export function documentItems({ source, format, tags }: DocumentSource, read: DocumentText): DocumentItems {
  const { text, hash, bytes, changedAt: timestamp } = read;
  const shared = { source, timestamp, tags, importance };
  const parts = chunkText(text, format, chunkLimits);
  const seen = new Map<string, number>();
  const chunks = parts.map(({ text: part, headings, from, to }, index): MemoryItem => {
    const content = headings.length === 0 ? part : `${headings.join(' › ')}\n\n${part}`;
    const name = shortHash(content);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return {
      ...shared,
      id: `chunk:${shortHash(source)}:${name}${count === 1 ? '' : `:${count}`}`,
      kind: 'chunk',
      token_cost: estimateTokens(content),
      content,
      metadata: { path: source, headings: [...headings], from, to, index },
    };
  });
  const content = outlineOf(source, [...new Set(parts.flatMap(({ headings }) => headings))]);
  const document: MemoryItem = {
    ...shared,
    id: documentId(source),
    kind: 'document',
    token_cost: estimateTokens(content),
    content,
    metadata: { path: source, format, hash, bytes, chunks: chunks.length, mark: markOf(read, tags) },
  };
  return { document, chunks };
}

/** What the document is called and what it is about, since its text is in its chunks. */
function outlineOf(source: string, headings: readonly string[]): string {
  let outline = source;
  for (const heading of headings) {
    if (outline.length + heading.length > mostOutline) return `${outline}\n…`;
    outline += `\n- ${heading}`;
  }
  return outline;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
