/** Where a text stops being JSON, and what is wrong there. */
export interface SyntaxFault {
  readonly offset: number;
  /** The end of a sentence that begins with "At line …, column …,". */
  readonly problem: string;
}

type Expecting = 'value' | 'value or ]' | 'key or }' | 'key' | 'colon' | 'comma' | 'end';

const wanted = {
  value: 'a value is expected',
  'value or ]': 'a value or "]" is expected',
  'key or }': 'a key in double quotes or "}" is expected',
  key: 'a key in double quotes is expected',
  colon: '":" is expected',
  comma: '"," or a closing bracket is expected',
  end: 'more text follows after the end of the JSON',
} as const satisfies Record<Expecting, string>;

interface Scan {
  readonly text: string;
  offset: number;
  expecting: Expecting;
  /** The brackets that are open. */
  readonly open: ('[' | '{')[];
}

/** Reads JSON by the letter, without recursion, for the place that JSON.parse does not always tell. */
export function findSyntaxFault(text: string): SyntaxFault | undefined {
  const scan: Scan = { text, offset: 0, expecting: 'value', open: [] };
  for (;;) {
    scan.offset = afterSpace(text, scan.offset);
    if (scan.offset >= text.length) {
      return scan.expecting === 'end'
        ? undefined
        : { offset: text.length, problem: `the text ends where ${wanted[scan.expecting]}` };
    }
    const problem = step(scan);
    if (problem !== undefined) return { offset: scan.offset, problem };
  }
}

function step(scan: Scan): string | undefined {
  const character = scan.text.charAt(scan.offset);
  if (character === '}' || character === ']') return close(scan, character);
  return readers[scan.expecting](scan, character);
}

const readers = {
  value: readValue,
  'value or ]': readValue,
  key: readKey,
  'key or }': readKey,
  colon: (scan, character) => (character === ':' ? advance(scan, 'value') : wanted.colon),
  comma: (scan, character) => {
    if (character !== ',') return wanted.comma;
    return advance(scan, scan.open.at(-1) === '[' ? 'value' : 'key');
  },
  end: () => wanted.end,
} as const satisfies Record<Expecting, (scan: Scan, character: string) => string | undefined>;

function readKey(scan: Scan, character: string): string | undefined {
  if (character !== '"') return wanted[scan.expecting];
  return readString(scan) ?? expect(scan, 'colon');
}

function close(scan: Scan, character: '}' | ']'): string | undefined {
  const isEmpty = scan.expecting === (character === '}' ? 'key or }' : 'value or ]');
  const fits = scan.open.at(-1) === (character === '}' ? '{' : '[');
  if (!fits || !(isEmpty || scan.expecting === 'comma')) return wanted[scan.expecting];
  scan.open.pop();
  return advance(scan, scan.open.length === 0 ? 'end' : 'comma');
}

function readValue(scan: Scan, character: string): string | undefined {
  if (character === '{' || character === '[') {
    scan.open.push(character);
    return advance(scan, character === '{' ? 'key or }' : 'value or ]');
  }
  const next = scan.open.length === 0 ? 'end' : 'comma';
  if (character === '"') return readString(scan) ?? expect(scan, next);
  const end = afterWord(scan.text, scan.offset);
  const word = scan.text.slice(scan.offset, Math.min(end, scan.offset + 400));
  if (!/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?)$/u.test(word)) return wanted[scan.expecting];
  scan.offset = end;
  return expect(scan, next);
}

function readString(scan: Scan): string | undefined {
  const start = scan.offset;
  for (let offset = start + 1; offset < scan.text.length; offset += 1) {
    const character = scan.text.charAt(offset);
    if (character === '"') {
      scan.offset = offset + 1;
      return undefined;
    }
    if (character < ' ')
      return stopAt(scan, offset, 'a line break or control character stands in a string; write it as \\n or \\u…');
    if (character !== '\\') continue;
    const escape = /^(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/u.exec(scan.text.slice(offset + 1, offset + 6));
    if (escape === null)
      return stopAt(scan, offset, 'a backslash stands before a character that takes none; write "\\\\"');
    offset += escape[0].length;
  }
  return stopAt(scan, start, 'a string begins that is never closed');
}

function stopAt(scan: Scan, offset: number, problem: string): string {
  scan.offset = offset;
  return problem;
}

function advance(scan: Scan, next: Expecting): undefined {
  scan.offset += 1;
  return expect(scan, next);
}

function expect(scan: Scan, next: Expecting): undefined {
  scan.expecting = next;
  return undefined;
}

function afterSpace(text: string, start: number): number {
  let offset = start;
  while (' \t\n\r'.includes(text.charAt(offset)) && offset < text.length) offset += 1;
  return offset;
}

function afterWord(text: string, start: number): number {
  let offset = start;
  while (offset < text.length && /[\w.+-]/u.test(text.charAt(offset))) offset += 1;
  return offset;
}
