import { isSpace, lineEnd } from './characters.ts';
import { escapePointer } from '../schema-walk.ts';
import type { FaultReason, Fix, Fault, JsonNode } from './node.ts';

export interface Frame {
  readonly node: Extract<JsonNode, { kind: 'list' | 'object' }>;
  /** Of the member that is being read, "" for an item of a list; undefined between members. */
  key: string | undefined;
  /** A value has been read and no comma since. */
  isFull: boolean;
  /** A comma has been read and no value since. */
  hasComma: boolean;
}

/** Where the reader is; changed as it goes on. */
export interface Scan {
  readonly text: string;
  at: number;
  readonly frames: Frame[];
  readonly fixes: Fix[];
  fixCount: number;
  fault: Fault | undefined;
  isAttempt: boolean;
  /** The text is JSON as it stands, so that every quote is what it seems. */
  readonly isValid: boolean;
}

/** Fixes that are listed, and how many more of those that may have lost something, so that none of them is overlooked. */
const mostFixes = 50;
const mostLossy = 20;
const slash = 0x2f;
const star = 0x2a;
const hash = 0x23;
const less = 0x3c;
const tick = 0x60;

export function fix(scan: Scan, kind: string, lossless = true): void {
  scan.fixCount += 1;
  if (scan.fixes.length >= mostFixes && (lossless || scan.fixes.length >= mostFixes + mostLossy)) return;
  scan.fixes.push({ kind, offset: scan.at, path: pathOf(scan), lossless });
}

export function fail(scan: Scan, reason: FaultReason, offset = scan.at): undefined {
  scan.fault ??= { reason, offset, path: pathOf(scan) };
  return undefined;
}

/** A JSON pointer (RFC 6901) to what is being read. */
function pathOf(scan: Scan): string {
  const { frames } = scan;
  let path = '';
  let level = 0;
  for (const { node, key } of frames) {
    level += 1;
    if (key === undefined) break;
    // an object or list is put in its place before it is read
    if (node.kind === 'list') path += `/${node.items.length - (level < frames.length ? 1 : 0)}`;
    else path += `/${/[~/]/u.test(key) ? escapePointer(key) : key}`;
  }
  return path;
}

/** Gives the member that is being read to the fixes of its key, which were noted before it was known. */
export function nameFixes(scan: Scan, first: number): void {
  if (first >= scan.fixes.length) return;
  const path = pathOf(scan);
  for (const { kind, offset, lossless } of scan.fixes.splice(first)) scan.fixes.push({ kind, offset, path, lossless });
}

/** True where no more JSON comes: the end of the text, of its fence, or a tag or token after it. */
export function atEnd(scan: Scan): boolean {
  const code = scan.text.charCodeAt(scan.at);
  if (Number.isNaN(code)) return true;
  if (code === tick) return scan.text.startsWith('```', scan.at);
  if (code === less) return /<(?:\/[a-z]|\|)/iuy.test(scan.text.slice(scan.at, scan.at + 4));
  return code === 0x3b || code === 0x29;
}

/** Passes white space and comments. */
export function skipSpace(scan: Scan): void {
  const { text } = scan;
  for (;;) {
    let code = text.charCodeAt(scan.at);
    while (isSpace(code)) {
      scan.at += 1;
      code = text.charCodeAt(scan.at);
    }
    if (code !== slash && code !== hash && code !== less) return;
    const end = commentEnd(text, scan.at);
    if (end === undefined) return;
    passComment(scan, end);
  }
}

function passComment(scan: Scan, end: number): void {
  fix(scan, 'comment');
  const comment = scan.text.slice(scan.at, end);
  if (/\.\.\.|…/u.test(comment)) fail(scan, 'elided');
  scan.at = end;
}

/** Where the comment ends that begins here, if one does. */
export function commentEnd(text: string, at: number): number | undefined {
  const code = text.charCodeAt(at);
  if (code === hash) return endOfLine(text, at);
  if (code === less) return text.startsWith('<!--', at) ? after(text, '-->', at) : undefined;
  if (code !== slash) return undefined;
  const next = text.charCodeAt(at + 1);
  if (next === slash) return endOfLine(text, at);
  return next === star ? after(text, '*/', at + 2) : undefined;
}

function endOfLine(text: string, start: number): number {
  let at = start;
  while (at < text.length && !lineEnd.has(text.charCodeAt(at))) at += 1;
  return at;
}

function after(text: string, mark: string, start: number): number {
  const at = text.indexOf(mark, start);
  return at === -1 ? text.length : at + mark.length;
}
