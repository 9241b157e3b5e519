import { Lexer } from 'marked';
import { titleOf, type Block } from './block.ts';
import { linesOf, splitText } from './text.ts';

/** What is parsed at once: no input takes more than a moment of each. */
const windowCharacters = 65_536;
const fence = /^ {0,3}(`{3,}|~{3,})/u;
/** Lists and quotes so deep in each other are none that anybody wrote, and would take the parser long. */
const nested = /^(?:[ \t]*(?:[>*+-]|\d{1,9}[.)])){24}/mu;
const frontMatter = /^---\n(?:[^\n]*\n){0,500}?---(?:\n|$)/u;

interface Heading {
  readonly depth: number;
  readonly title: string;
}

/** The blocks of Markdown (paragraphs, lists, code blocks, tables), each with the headings that it stands below. */
export function splitMarkdown(text: string): Block[] {
  const path: Heading[] = [];
  const first = frontMatter.exec(text)?.[0].length ?? 0;
  const blocks: Block[] = first === 0 ? [] : [{ start: 0, end: first - 1, headings: [] }];
  for (const { start, end } of windowsOf(text, first)) {
    const tokens = tokensOf(text.slice(start, end));
    if (tokens === undefined) blocks.push(...splitText(text, { from: start, to: end, headings: titlesOf(path) }));
    else for (const block of blocksOf(tokens, start, path)) blocks.push(block);
  }
  return blocks;
}

function titlesOf(path: readonly Heading[]): string[] {
  return path.map(({ title }) => title);
}

function* blocksOf(tokens: readonly Token[], start: number, path: Heading[]): Generator<Block> {
  let at = start;
  for (const { type, raw, heading } of tokens) {
    if (heading !== undefined) {
      while ((path.at(-1)?.depth ?? 0) >= heading.depth) path.pop();
      path.push(heading);
    }
    if (type !== 'space') yield { start: at, end: at + raw.trimEnd().length, headings: titlesOf(path) };
    at += raw.length;
  }
}

interface Token {
  readonly type: string;
  readonly raw: string;
  readonly heading?: Heading;
}

/** Undefined where the parser gives up, as for thousands of quotes in each other, or does not give back what it was given. */
function tokensOf(part: string): Token[] | undefined {
  if (nested.test(part)) return undefined;
  try {
    const tokens = new Lexer().blockTokens(part, []).map((token): Token => {
      const { type, raw } = token;
      if (token.type !== 'heading') return { type, raw };
      return { type, raw, heading: { depth: Number(token['depth']), title: plainTitle(String(token['text'])) } };
    });
    return tokens.reduce((sum, { raw }) => sum + raw.length, 0) === part.length ? tokens : undefined;
  } catch {
    return undefined;
  }
}

/** A heading without its marks. */
function plainTitle(written: string): string {
  const short = written.slice(0, 1_000);
  if (!/[*`~_[]/u.test(short)) return titleOf(short);
  return titleOf(short.replaceAll(/!?\[([^[\]]*)\]\([^()]*\)/gu, '$1').replaceAll(/[*`~]|\b_|_\b/gu, ''));
}

/** Ranges of bounded size, cut at a blank line outside of code blocks where there is one, else between lines, else anywhere. */
function* windowsOf(text: string, from: number): Generator<{ readonly start: number; readonly end: number }> {
  const codeBlock = codeBlockWatch();
  let start = from;
  let best = from;
  for (const line of linesOf(text, from)) {
    while (line.end - start > windowCharacters) {
      const place = [best, line.start, start + windowCharacters].find((one) => one > start) ?? line.end;
      const end = Math.min(place, line.end);
      yield { start, end };
      start = end;
    }
    const isInside = codeBlock(text.slice(line.start, Math.min(line.end, line.start + 100)));
    if (line.end === line.start && !isInside) best = line.end + 1;
  }
  if (start < text.length) yield { start, end: text.length };
}

/** Takes line after line, and says whether it is one of a code block. */
function codeBlockWatch(): (line: string) => boolean {
  let open: string | undefined;
  return (line) => {
    const mark = fence.exec(line)?.[1];
    if (open === undefined) open = mark;
    else if (mark?.startsWith(open) === true) open = undefined;
    return open !== undefined;
  };
}
