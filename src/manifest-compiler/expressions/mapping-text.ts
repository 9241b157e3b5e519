/** A stretch of a mapping's string: plain text, or the source of an expression with its offset in the string. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly source: string; readonly start: number };

export type TextScan =
  { readonly ok: true; readonly parts: readonly TextPart[] } | { readonly ok: false; readonly start: number };

const opening = '${{';

/** Splits a string at its `${{ … }}`; `$${{` stands for a plain `${{`. Fails at the first one that is never closed. */
export function scanText(text: string): TextScan {
  const parts: TextPart[] = [];
  let plain = '';
  let offset = 0;
  for (;;) {
    const found = text.indexOf(opening, offset);
    if (found === -1) break;
    if (found > offset && text[found - 1] === '$') {
      plain += `${text.slice(offset, found - 1)}${opening}`;
      offset = found + opening.length;
      continue;
    }
    const start = found + opening.length;
    const end = findClosing(text, start);
    if (end === -1) return { ok: false, start: found };
    plain += text.slice(offset, found);
    if (plain !== '') parts.push({ kind: 'text', text: plain });
    parts.push({ kind: 'expression', source: text.slice(start, end), start });
    plain = '';
    offset = end + 2;
  }
  plain += text.slice(offset);
  if (plain !== '') parts.push({ kind: 'text', text: plain });
  return { ok: true, parts };
}

/** Offset of the `}}` that ends the expression: not one in a text of CEL, and not the ends of maps in maps. */
function findClosing(text: string, start: number): number {
  let depth = 0;
  let offset = start;
  while (offset < text.length) {
    const character = text.charAt(offset);
    if (character === '"' || character === "'") {
      offset = skipQuoted(text, offset);
      continue;
    }
    if (text.startsWith('//', offset)) {
      offset = skipComment(text, offset);
      continue;
    }
    if (character === '{') depth += 1;
    else if (character === '}' && depth > 0) depth -= 1;
    else if (character === '}' && text[offset + 1] === '}') return offset;
    offset += 1;
  }
  return -1;
}

/** CEL's lexer lets a backslash shield the next character in raw texts too. */
function skipQuoted(text: string, start: number): number {
  const quote = text.charAt(start);
  const closing = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  let offset = start + closing.length;
  while (offset < text.length && !text.startsWith(closing, offset)) offset += text[offset] === '\\' ? 2 : 1;
  return offset + closing.length;
}

/** A comment ends with its line, and where the expression does. */
function skipComment(text: string, start: number): number {
  const lineEnd = text.indexOf('\n', start);
  const closing = text.indexOf('}}', start);
  if (lineEnd === -1) return closing === -1 ? text.length : closing;
  return closing === -1 ? lineEnd : Math.min(lineEnd, closing);
}
