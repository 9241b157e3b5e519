import { Composer, CST, Lexer, Parser, type Document, type YAMLError } from 'yaml';
import { printable, quote, type RangeFinder, type TextRange } from '../report/index.ts';
import { limits } from './limits.ts';
import { depthFault, syntaxFault, type ParsedText, type TextFault } from './text-fault.ts';
import { createYamlRangeFinder } from './yaml-ranges.ts';
import { yamlValue } from './yaml-value.ts';

const allowedTag = /^!!(?:str|int|float|bool|null|map|seq)$/u;
const startOfText: RangeFinder = () => [0, 0];

/** Reads one YAML document as plain JSON values: no tags of its own, bounded depth, and few aliases. */
export function parseYaml(text: string): ParsedText {
  const read = readTokens(text);
  if ('fault' in read) return { faults: [read.fault], rangeOf: startOfText };
  const documents = [
    ...new Composer({ uniqueKeys: false, prettyErrors: false }).compose(read.tokens, true, text.length),
  ];
  const [document] = documents;
  if (document === undefined) return { value: null, faults: [], rangeOf: startOfText };
  const [error] = document.errors;
  if (error !== undefined) return { faults: [faultOfError(error, text)], rangeOf: startOfText };
  const second = documents[1];
  if (second !== undefined) return { faults: [secondDocumentFault(second)], rangeOf: startOfText };
  const { value, faults, aliases } = yamlValue(document.contents);
  const isReadable = faults.every(({ isHarmless }) => isHarmless === true);
  return { ...(isReadable ? { value } : {}), faults, rangeOf: createYamlRangeFinder(document.contents, aliases) };
}

interface Bracket {
  readonly bracket: string;
  readonly offset: number;
}

type Tokens = { readonly tokens: CST.Token[] } | { readonly fault: TextFault };

/** Tokens of the text, or the first of what no manifest may hold; both are found before anything is built. */
function readTokens(text: string): Tokens {
  const lexemes: string[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    lexemes.push(lexeme);
    if (lexemes.length > limits.yamlTokens) return { fault: tooManyTokens() };
  }
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const open: Bracket[] = [];
  let isScalar = false;
  for (const lexeme of lexemes) {
    const { offset } = parser;
    const fault = isScalar ? undefined : (refusedLexeme(lexeme, offset) ?? unclosedBracket(lexeme, offset, open));
    if (fault !== undefined) return { fault };
    isScalar = !isScalar && CST.tokenType(lexeme) === 'scalar';
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > limits.depth + 2) return { fault: depthFault(limits.depth, offset) };
  }
  const unclosed = unclosedFault(open);
  if (unclosed !== undefined) return { fault: unclosed };
  tokens.push(...parser.end());
  return { tokens };
}

function refusedLexeme(lexeme: string, offset: number): TextFault | undefined {
  const type = CST.tokenType(lexeme);
  const range: TextRange = [offset, offset + lexeme.length];
  if (type === 'tag' && lexeme !== '!' && !allowedTag.test(lexeme)) {
    return syntaxFault(
      `The tag ${quote(lexeme)} is not allowed.`,
      range,
      'Remove the tag: manifests hold plain values.',
    );
  }
  if (type === 'double-quoted-scalar' || type === 'single-quoted-scalar') {
    const isClosed = lexeme.length > 1 && lexeme.endsWith(lexeme.charAt(0));
    if (!isClosed)
      return syntaxFault('The quote is not closed.', [offset, offset + 1], 'Close the text with the same quote.');
    return type === 'double-quoted-scalar' ? wrongEscape(lexeme, offset) : undefined;
  }
  if (type === 'directive-line' && !/^%YAML\s+1\.2\s*$/u.test(lexeme)) {
    return syntaxFault(
      `The directive ${quote(lexeme)} is not allowed.`,
      range,
      'Remove the line: manifests are YAML 1.2.',
    );
  }
  return undefined;
}

const escapes = /\\(?:[0abtnvfre "/\\N_LP\t\r\n]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/uy;

/** The first backslash that nothing fitting follows. The library finds all of them, in a time that grows with their square. */
function wrongEscape(lexeme: string, offset: number): TextFault | undefined {
  for (let at = lexeme.indexOf('\\'); at !== -1; at = lexeme.indexOf('\\', escapes.lastIndex)) {
    escapes.lastIndex = at;
    if (escapes.test(lexeme)) continue;
    const found = quote(lexeme.slice(at, at + 2));
    return syntaxFault(
      `A backslash cannot stand before this: ${found}.`,
      [offset + at, offset + at + 2],
      hints['BAD_DQ_ESCAPE'],
    );
  }
  return undefined;
}

/** Follows the brackets of lists and maps, to point at the one that is never closed. */
function unclosedBracket(lexeme: string, offset: number, open: Bracket[]): TextFault | undefined {
  const type = CST.tokenType(lexeme);
  if (type === 'flow-map-start' || type === 'flow-seq-start') open.push({ bracket: lexeme, offset });
  if (type === 'flow-map-end' || type === 'flow-seq-end') open.pop();
  return type === 'flow-error-end' ? unclosedFault(open) : undefined;
}

function unclosedFault(open: readonly Bracket[]): TextFault | undefined {
  const last = open.at(-1);
  if (last === undefined) return undefined;
  const hint = `Close it with "${last.bracket === '{' ? '}' : ']'}", and indent the lines in between.`;
  return syntaxFault(`The "${last.bracket}" is not closed.`, [last.offset, last.offset + 1], hint);
}

function tooManyTokens(): TextFault {
  return {
    code: 'MANIFEST_FILE_TOO_LARGE',
    message: `The file has more than ${limits.yamlTokens} YAML tokens, more than can be read in a moment.`,
    hint: 'Write it as JSON, which is read much faster.',
    range: [0, 0],
  };
}

function secondDocumentFault(document: Document): TextFault {
  const start = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
  return syntaxFault(
    'A second document begins here.',
    [start, start + 1],
    'Write one document: remove "---" and what follows.',
  );
}

const hints: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces: YAML allows no tabs.',
  BAD_INDENT: 'Indent it like the lines that belong with it.',
  BAD_SCALAR_START: 'Put the text in quotes.',
  BLOCK_AS_IMPLICIT_KEY: 'Put a text that holds ": " in quotes, or check the indentation.',
  MULTILINE_IMPLICIT_KEY: 'Write "key: value" on one line, and check the indentation.',
  BAD_DQ_ESCAPE: 'Write "\\\\" for a backslash, or use single quotes.',
  MULTIPLE_DOCS: 'Write one document: remove "---" and what follows.',
  BAD_ALIAS: 'Put a text that begins with "*" or "&" in quotes.',
};

function faultOfError(error: YAMLError, text: string): TextFault {
  const [start, end] = error.pos;
  const from = Math.min(start, text.trimEnd().length);
  const isTab =
    error.code === 'TAB_AS_INDENT' || /^[ \t]*\t/u.test(text.slice(text.lastIndexOf('\n', from - 1) + 1, from + 1));
  if (error.code === 'RESOURCE_EXHAUSTION') return depthFault(limits.depth, from);
  const sentence = printable(error.message.trim().replace(/[.:]?$/u, '.'));
  const hint = isTab ? hints['TAB_AS_INDENT'] : hints[error.code];
  return syntaxFault(sentence, [from, Math.max(from, Math.min(end, text.length))], hint);
}
