import { isSpace, jsonQuote, openBrace, openBracket } from './characters.ts';
import type { Fault, JsonNode, Reading } from './node.ts';
import { readDocument } from './read-document.ts';
import { decoded } from './decoded.ts';

/** A document found in a text. */
export interface Candidate extends Reading {
  readonly isFenced: boolean;
  /** Nothing but white space, or what only dresses an answer up, stands before it and after it. */
  readonly isAlone: boolean;
  /** Thoughts, or tokens of a chat, stand around it. */
  readonly isDressed: boolean;
  /** What stands between it and the one before. */
  readonly gap: string;
}

export interface Candidates {
  readonly read: readonly Candidate[];
  /** The last document that was begun and cannot be read, if it is one at all. */
  readonly faulty: readonly Candidate[];
}

const mostRestarts = 50;
const mostCandidates = 100_000;
const openThought = /<(?<name>think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis)>/iuy;
const closeThought = /<\/(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis)>/iuy;
const anyClosing = /<\/([a-z]{3,12})>/giu;
const interesting = /[{[｛［<`~]/gu;
const finalChannel = '<|channel|>final<|message|>';

interface Search {
  readonly text: string;
  at: number;
  read: Candidate[];
  faulty: Candidate[];
  isFenced: boolean;
  isDressed: boolean;
  lastEnd: number;
  restarts: number;
}

/** Finds the documents in a text: not in thoughts, and nothing that a sentence merely mentions. One scan, without going back. */
export function findCandidates(text: string, isValid: boolean): Candidates {
  if (isValid) {
    const reading = readDocument(text, 0, true);
    const candidate: Candidate = { ...reading, isFenced: false, isAlone: true, isDressed: false, gap: '' };
    return reading.fault === undefined ? { read: [candidate], faulty: [] } : { read: [], faulty: [candidate] };
  }
  const search: Search = {
    text,
    at: answerStart(text),
    read: [],
    faulty: [],
    isFenced: false,
    isDressed: false,
    lastEnd: 0,
    restarts: 0,
  };
  search.lastEnd = search.at;
  search.isDressed = search.at > 0;
  const scalar = readScalar(text, search.at);
  if (scalar !== undefined) return { read: [scalar], faulty: [] };
  while (search.at < text.length && search.restarts < mostRestarts && search.read.length < mostCandidates) {
    interesting.lastIndex = search.at;
    const found = interesting.exec(text);
    if (found === null) break;
    search.at = found.index;
    if (found[0] === '<') passTag(search);
    else if (found[0] === '`' || found[0] === '~') passFence(search);
    else readCandidate(search);
  }
  return { read: search.read, faulty: search.faulty };
}

function answerStart(text: string): number {
  const channels = text.trimStart().startsWith('<|');
  if (!channels) return 0;
  const final = text.lastIndexOf(finalChannel);
  if (final !== -1) return final + finalChannel.length;
  return text.includes('<|channel|>analysis') ? text.length : 0;
}

function passTag(search: Search): void {
  const { text, at } = search;
  openThought.lastIndex = at;
  const name = openThought.exec(text)?.groups?.['name'];
  if (name !== undefined) {
    search.isDressed = true;
    const end = thoughtEnd(text, at, name.toLowerCase());
    search.at = end ?? text.length;
    search.lastEnd = search.at;
    return;
  }
  closeThought.lastIndex = at;
  const closing = closeThought.exec(text)?.[0];
  search.at = at + (closing?.length ?? 1);
  if (closing === undefined) return;
  search.isDressed = true;
  search.read = [];
  search.faulty = [];
  search.lastEnd = search.at;
}

function thoughtEnd(text: string, start: number, name: string): number | undefined {
  anyClosing.lastIndex = start;
  for (let found = anyClosing.exec(text); found !== null; found = anyClosing.exec(text)) {
    if (found[1]?.toLowerCase() === name) return anyClosing.lastIndex;
  }
  return undefined;
}

function passFence(search: Search): void {
  const { text, at } = search;
  const mark = text.charAt(at).repeat(3);
  if (!text.startsWith(mark, at)) {
    search.at += 1;
    return;
  }
  search.isFenced = !search.isFenced;
  search.at += 3;
  while (text.charAt(search.at) === text.charAt(at)) search.at += 1;
}

function readCandidate(search: Search): void {
  const { text, at } = search;
  const reading = decoded(text, at) ?? readDocument(text, at);
  const isAlone =
    isBlank(text, search.lastEnd, at) && (reading.fault !== undefined || isBlank(text, reading.end, text.length));
  const gap = text.slice(search.lastEnd, Math.min(at, search.lastEnd + 400));
  const { isFenced, isDressed } = search;
  const candidate: Candidate = { ...reading, start: at, isFenced, isAlone, isDressed, gap };
  if (reading.fault !== undefined) {
    passBroken(search, candidate, reading.fault);
    return;
  }
  if (reading.root !== undefined && isConvincing(reading.root, candidate, text)) {
    search.read.push(candidate);
    search.lastEnd = reading.end;
  }
  search.at = Math.max(at + 1, reading.end);
}

function passBroken(search: Search, candidate: Candidate, { reason, offset }: Fault): void {
  if (candidate.isAttempt || (candidate.isAlone && reason === 'elided')) search.faulty.push(candidate);
  search.restarts += 1;
  search.at = Math.max(candidate.start + 1, offset);
  const thoughtEnds = loneClosing(search.text, candidate.start, search.at);
  if (thoughtEnds !== undefined) search.at = thoughtEnds;
  else if (candidate.isAttempt) search.at = afterBroken(search.text, search.at);
}

const thoughtLine = /\n[ \t]*<\/(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis)>/giu;

/** Where thoughts end of which a broken document is a part: a closing tag begins a line of what was taken for the document. */
function loneClosing(text: string, start: number, end: number): number | undefined {
  thoughtLine.lastIndex = start;
  const found = thoughtLine.exec(text.slice(0, end));
  return found === null ? undefined : text.indexOf('<', found.index);
}

const newStart = /```|~~~|<\/?(?:think|reasoning|analysis|answer)|\n\s*\n(?=\p{L})/giu;

/** What comes inside of a broken document is a part of it; only a fence, a tag or a paragraph begins something new. */
function afterBroken(text: string, start: number): number {
  newStart.lastIndex = start;
  return newStart.exec(text)?.index ?? text.length;
}

/** A bracket in a sentence is no answer: a citation mark, a check box, a placeholder. */
function isConvincing(root: JsonNode, { isAlone, start, end }: Candidate, text: string): boolean {
  if (isAlone) return true;
  if (root.kind === 'object') return root.members.size > 0 || standsOnItsLine(text, start, end);
  if (root.kind !== 'list') return false;
  if (root.items.some(({ kind }) => kind === 'string' || kind === 'object' || kind === 'list')) return true;
  return root.items.every(({ kind }) => kind !== 'word') && standsOnItsLine(text, start, end);
}

function standsOnItsLine(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 200), start);
  const after = text.slice(end, end + 200);
  return /(?:^|[\n\r:=(>`])[ \t]*$/u.test(before) && /^[ \t]*[;).,]*[ \t]*(?:$|[\n\r<`])/u.test(after);
}

/** Only white space, marks, and closing brackets too many. */
function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (!isSpace(code) && !'}]｝］,;'.includes(text.charAt(at))) return false;
  }
  return true;
}

const dress =
  /^(?:<\|[^|>\n]{0,40}\|>[ \t]*(?:assistant|user)?|<\/?(?:answer|json|output|result|response)>|\s|[\uFEFF\u200B-\u200F\u202A-\u202E\u2060])+/iu;
const dressAfter =
  /(?:<\|[^|>\n]{0,40}\|>|<\/(?:answer|json|output|result|response)>|\s|[\uFEFF\u200B-\u200F\u202A-\u202E\u2060])$/iu;
const fenced = /^(?:`{3,}|~{3,})[ \t]*[\w+.-]{0,40}[ \t]*[\r\n]/u;
const beginsOther: ReadonlySet<number> = new Set([...openBrace, ...openBracket, 0x3c]);
const mostOfScalar = 5_000_000;
const mostOfWord = 200;

/** A text that is one scalar as a whole: a string in quotes, a number, a word. */
function readScalar(text: string, start: number): Candidate | undefined {
  const first = text.slice(start, start + 300).replace(dress, '');
  const isFence = fenced.test(first);
  const code = (isFence ? first.replace(fenced, '').trimStart() : first).charCodeAt(0);
  if (Number.isNaN(code) || beginsOther.has(code)) return undefined;
  if (text.length - start > (code === jsonQuote ? mostOfScalar : mostOfWord)) return undefined;
  const body = undressed(text.slice(start), isFence);
  const reading = readDocument(body, 0);
  if (!isWhole(reading, body) || (reading.root?.kind === 'word' && /[\n:{}[\]]/u.test(reading.root.text)))
    return undefined;
  const isDressed = start > 0 || body.length < text.trim().length;
  return { ...reading, start, end: text.length, isFenced: isFence, isAlone: true, isDressed, gap: '' };
}

function isWhole({ root, fault, end }: Reading, text: string): boolean {
  return root !== undefined && fault === undefined && end === text.length;
}

function undressed(text: string, isFence: boolean): string {
  let body = text.replace(dress, '');
  for (let before = ''; before !== body;) {
    before = body;
    body = body.trimEnd().replace(dressAfter, '');
  }
  if (!isFence) return body;
  body = body.replace(fenced, '').trim();
  return /(?:```|~~~)$/u.test(body) ? body.slice(0, -3).trim() : body;
}
