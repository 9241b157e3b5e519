import { closeBrace, closeBracket, closersOf, colon, comma, isSpace, openBrace, openBracket } from './characters.ts';
import type { JsonNode, ObjectNode, Reading } from './node.ts';
import { readString } from './read-string.ts';
import { readToken } from './read-token.ts';
import { atEnd, fail, fix, nameFixes, skipSpace, type Frame, type Scan } from './scan.ts';

/** Deeper documents are refused; those who walk them do it by recursion. */
const mostLevels = 500;

interface Document {
  readonly scan: Scan;
  root: JsonNode | undefined;
  isOpen: boolean;
}

/**
 * Reads one JSON document (RFC 8259) that may be written with the slips that models make, without recursion. It never
 * makes up or completes a value: where one is cut, left out or can be read in two ways, the reading has a fault.
 */
export function readDocument(text: string, start: number, isValid = false): Reading {
  const scan: Scan = {
    text,
    at: start,
    frames: [],
    fixes: [],
    fixCount: 0,
    fault: undefined,
    isAttempt: false,
    isValid,
  };
  const document: Document = { scan, root: undefined, isOpen: false };
  skipSpace(scan);
  if (scan.fault === undefined) readValue(document);
  while (scan.fault === undefined) {
    const frame = scan.frames.at(-1);
    if (frame === undefined) break;
    step(document, frame);
  }
  if (scan.fault === undefined) checkRest(scan);
  const { fault, fixes, fixCount, isAttempt, at: end } = scan;
  return { root: document.root, start, end, fault, fixes, fixCount, isOpen: document.isOpen, isAttempt };
}

function step(document: Document, frame: Frame): void {
  const { scan } = document;
  frame.key = undefined;
  skipSpace(scan);
  if (scan.fault !== undefined) return;
  const code = scan.text.charCodeAt(scan.at);
  if (comma.has(code)) readComma(scan, frame);
  else if (closeBrace.has(code) || closeBracket.has(code)) readCloser(document, frame);
  else if (atEnd(scan)) endOfText(document, frame);
  else readMember(document, frame);
}

function readComma(scan: Scan, frame: Frame): void {
  if (!frame.isFull) fix(scan, 'surplus_comma');
  frame.isFull = false;
  frame.hasComma = true;
  scan.at += 1;
}

function readCloser(document: Document, frame: Frame): void {
  const { scan } = document;
  const isBrace = closeBrace.has(scan.text.charCodeAt(scan.at));
  if (isBrace !== (frame.node.kind === 'object')) return readCrossed(document);
  if (frame.hasComma && !frame.isFull) fix(scan, 'surplus_comma');
  scan.at += 1;
  scan.frames.pop();
}

/** Closers that do not fit are only understood at the very end, where all of them close and nothing depends on which. */
function readCrossed(document: Document): void {
  const { scan } = document;
  const { text } = scan;
  const start = scan.at;
  let at = start;
  let closers = 0;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (closeBrace.has(code) || closeBracket.has(code)) closers += 1;
    else if (!isSpace(code)) break;
  }
  const code = text.charCodeAt(at);
  if (comma.has(code) || closersOf(code) !== undefined || openBrace.has(code) || openBracket.has(code)) {
    if (!text.startsWith('```', at)) return fail(scan, 'ambiguous');
  }
  fix(scan, 'closers', closers >= scan.frames.length);
  if (closers < scan.frames.length) document.isOpen = true;
  scan.at = at;
  scan.frames.length = 0;
}

function endOfText(document: Document, frame: Frame): void {
  const { scan } = document;
  const isEmpty = frame.node.kind === 'list' ? frame.node.items.length === 0 : frame.node.members.size === 0;
  if (isEmpty || !frame.isFull) return fail(scan, 'cut');
  fix(scan, 'missing_closers', false);
  document.isOpen = true;
  scan.frames.length = 0;
}

function readMember(document: Document, frame: Frame): void {
  const { scan } = document;
  if (scan.text.startsWith('...', scan.at) || scan.text.startsWith('…', scan.at)) {
    return fail(scan, 'elided');
  }
  if (frame.isFull) fix(scan, 'missing_comma');
  if (frame.node.kind === 'list') frame.key = '';
  else if (!readKey(scan, frame, frame.node)) return;
  frame.isFull = true;
  frame.hasComma = false;
  readValue(document);
}

const bareKey = /[\p{L}_$@\d][\p{L}\p{N}_$.@-]*(?: [\p{L}\p{N}_$.@-]+)*/uy;

function readKey(scan: Scan, frame: Frame, node: ObjectNode): boolean {
  const first = scan.fixes.length;
  const key = keyAt(scan);
  if (key === undefined) return false;
  frame.key = key;
  nameFixes(scan, first);
  skipSpace(scan);
  const colons = readColons(scan);
  if (scan.fault !== undefined || !isBeforeValue(scan, colons)) return false;
  if (colons !== 1) fix(scan, 'colon');
  if (node.members.has(key)) fix(scan, 'duplicate_key', false);
  return true;
}

/** Passes ":", doubled ones, "=" and "=>"; returns 1 when it was written as JSON writes it. */
function readColons(scan: Scan): number {
  const { text } = scan;
  const start = scan.at;
  let colons = 0;
  for (;;) {
    const isArrow = colons > 0 && text.startsWith('=>', scan.at - 1);
    if (!isArrow && !colon.has(text.charCodeAt(scan.at))) break;
    colons += text.charAt(scan.at) === ':' ? 1 : 2;
    scan.at += 1;
    if (!text.startsWith('>', scan.at)) skipSpace(scan);
  }
  if (scan.at > start) scan.isAttempt = true;
  return colons;
}

/** Whether a value comes, with or without a colon. */
function isBeforeValue(scan: Scan, colons: number): boolean {
  const code = scan.text.charCodeAt(scan.at);
  if (atEnd(scan)) fail(scan, 'cut');
  else if (comma.has(code) || closeBrace.has(code) || closeBracket.has(code))
    fail(scan, colons > 0 ? 'missing' : 'ambiguous');
  else if (colons === 0 && !/["'“‘`{[｛［\d.+-]|[tfnTFN]/u.test(scan.text.charAt(scan.at))) fail(scan, 'ambiguous');
  return scan.fault === undefined;
}

function keyAt(scan: Scan): string | undefined {
  const { text, at } = scan;
  if (closersOf(text.charCodeAt(at)) !== undefined) return readString(scan, 'key');
  bareKey.lastIndex = at;
  const key = bareKey.exec(text)?.[0];
  if (key === undefined) return fail(scan, 'ambiguous');
  fix(scan, 'bare_key');
  scan.at = at + key.length;
  return key;
}

function readValue(document: Document): void {
  const { scan } = document;
  const code = scan.text.charCodeAt(scan.at);
  const isObject = openBrace.has(code);
  if (isObject || openBracket.has(code)) {
    if (scan.frames.length >= mostLevels) return fail(scan, 'depth');
    const node: Frame['node'] = isObject ? { kind: 'object', members: new Map() } : { kind: 'list', items: [] };
    put(document, node);
    scan.frames.push({ node, key: undefined, isFull: false, hasComma: false });
    scan.at += 1;
    return;
  }
  const node =
    closersOf(code) !== undefined && !scan.text.startsWith('```', scan.at) ? stringAt(scan) : readToken(scan);
  if (node !== undefined) put(document, node);
}

function stringAt(scan: Scan): JsonNode | undefined {
  const frame = scan.frames.at(-1);
  const place = frame === undefined ? 'root' : frame.node.kind === 'list' ? 'item' : 'member';
  const text = readString(scan, place);
  return text === undefined ? undefined : { kind: 'string', text };
}

function put(document: Document, node: JsonNode): void {
  const frame = document.scan.frames.at(-1);
  if (frame === undefined) document.root = node;
  else if (frame.node.kind === 'list') frame.node.items.push(node);
  else frame.node.members.set(frame.key ?? '', node);
}

const moreMembers = /[\s}\]]{0,100},\s{0,100}(?:"[^"\n]{0,80}"|'[^'\n]{0,80}')\s{0,20}[:=]/uy;

/** A bracket too many in the middle would make a document of the first half. */
function checkRest(scan: Scan): void {
  moreMembers.lastIndex = scan.at;
  if (moreMembers.test(scan.text)) fail(scan, 'ambiguous');
}
