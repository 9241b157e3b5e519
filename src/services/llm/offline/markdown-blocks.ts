import { plainInline } from './inline-markdown.ts';

/** A piece of a document, as plain text. Of a table row the cells are kept. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string; readonly level: number }
  | { readonly kind: 'paragraph' | 'item' | 'code'; readonly text: string }
  | { readonly kind: 'row'; readonly text: string; readonly cells: readonly string[]; readonly header: string };

interface Reader {
  readonly blocks: Block[];
  kind: 'paragraph' | 'item';
  pending: string[];
  /** Of the table that is being read. */
  header: string;
  /** The fence that has to come before the text goes on. */
  fence: string | undefined;
  code: string[];
}

const maxBlockLength = 8_000;

/** Splits Markdown, or plain text, into its blocks; marks are taken off. */
export function markdownBlocks(text: string): Block[] {
  const reader: Reader = { blocks: [], kind: 'paragraph', pending: [], header: '', fence: undefined, code: [] };
  const lines = htmlAsMarkdown(withoutFrontMatter(withoutComments(text))).split(/\r?\n/u);
  for (const line of lines) readLine(line, reader);
  flush(reader);
  flushCode(reader);
  return reader.blocks;
}

function readLine(line: string, reader: Reader): void {
  const trimmed = line.trim();
  const fence = /^(?:`{3,}|~{3,})/u.exec(trimmed)?.[0];
  if (reader.fence !== undefined) {
    if (fence !== undefined && fence.startsWith(reader.fence) && trimmed === fence) flushCode(reader);
    else reader.code.push(line);
    return;
  }
  if (fence !== undefined) {
    flush(reader);
    reader.fence = fence;
    return;
  }
  readText(line, trimmed.replace(/^(?:> ?)+/u, '').trim(), reader);
}

function readText(line: string, trimmed: string, reader: Reader): void {
  if (!trimmed.startsWith('|')) reader.header = '';
  if (trimmed === '' || readStructure(trimmed, reader)) return flush(reader);
  const item = /^(?:[-*+•]|\d{1,3}[.)])\s+(?=\S)/u.exec(trimmed);
  if (item !== null) {
    flush(reader);
    reader.kind = 'item';
    reader.pending.push(trimmed.slice(item[0].length));
  } else if (/^(?: {4}|\t)\s*[^\s<]/u.test(line) && reader.pending.length === 0) {
    reader.blocks.push({ kind: 'code', text: trimmed });
  } else {
    reader.pending.push(trimmed);
  }
}

/** Headings, rules and table rows: lines that stand for themselves. */
function readStructure(trimmed: string, reader: Reader): boolean {
  const heading = /^(#{1,6})\s+(?=\S)/u.exec(trimmed);
  if (heading?.[1] !== undefined) {
    addHeading(trimmed.slice(heading[0].length), heading[1].length, reader);
    return true;
  }
  const isUnderlined = reader.kind === 'paragraph' && reader.pending.length === 1;
  if (isUnderlined && /^(?:=+|-+)$/u.test(trimmed)) {
    addHeading(reader.pending.splice(0).join(' '), trimmed.startsWith('=') ? 1 : 2, reader);
    return true;
  }
  if (trimmed.startsWith('|')) {
    addRow(trimmed, reader);
    return true;
  }
  return /^[-*_=](?:\s*[-*_=]){2,}$/u.test(trimmed);
}

function addHeading(text: string, level: number, reader: Reader): void {
  flush(reader);
  const plain = plainInline(text.replace(/(?<=\s)#{1,6}$/u, ''))
    .replace(/^(?:\d+(?:\.\d+)*[.)]?\s*[·:–—-]?\s+)(?=\p{L})/u, '')
    .replace(/[:·–—-]$/u, '')
    .trim();
  if (plain !== '') reader.blocks.push({ kind: 'heading', text: plain, level });
}

function addRow(trimmed: string, reader: Reader): void {
  flush(reader);
  if (/^[|:\s-]+$/u.test(trimmed)) {
    const header = reader.blocks.at(-1);
    if (header?.kind !== 'row') return;
    reader.blocks.pop();
    reader.header = header.text;
    return;
  }
  // a bar inside back-ticks is no border
  const cells = trimmed
    .replaceAll(/`[^`]{0,200}`/gu, (code) => code.replaceAll('|', '\u0000'))
    .split('|')
    .map((cell) => plainInline(cell.replaceAll('\u0000', '|')))
    .filter((cell) => cell !== '');
  reader.blocks.push({ kind: 'row', text: cells.join(' '), cells, header: reader.header });
}

function flush(reader: Reader): void {
  const text = plainInline(reader.pending.join(' ').slice(0, maxBlockLength));
  if (text !== '') reader.blocks.push({ kind: reader.kind, text });
  reader.pending = [];
  reader.kind = 'paragraph';
}

function flushCode(reader: Reader): void {
  if (reader.code.length > 0) reader.blocks.push({ kind: 'code', text: reader.code.join('\n') });
  reader.code = [];
  reader.fence = undefined;
}

function withoutComments(text: string): string {
  const [first = '', ...rest] = text.split('<!--');
  return first + rest.map((part) => (part.includes('-->') ? part.slice(part.indexOf('-->') + 3) : part)).join('');
}

function withoutFrontMatter(text: string): string {
  if (!/^---\r?\n/u.test(text)) return text;
  const end = text.indexOf('\n---', 3);
  return end === -1 ? text : text.slice(end + 4);
}

/** Headings and the borders of blocks written in HTML, as Markdown has them. */
function htmlAsMarkdown(text: string): string {
  return text
    .replaceAll(/<h([1-6])(?:\s[^<>]{0,300})?>/giu, (_tag, level) => `\n\n${'#'.repeat(Number(level))} `)
    .replaceAll(
      /<\/?(?:h[1-6]|p|br|div|table|thead|tbody|tr|td|th|ul|ol|li|picture|section|details|summary)(?:\s[^<>]{0,300})?\/?>/giu,
      '\n\n',
    );
}
