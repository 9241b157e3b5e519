import { displayText, displayWidth } from './display-width.ts';
import { lineOf, startOfLine } from './locate.ts';
import type { Palette } from './palette.ts';
import type { ManifestSource, TextRange } from './source.ts';

const longestLine = 100;
const contextBefore = 40;

interface FrameLine {
  readonly text: string;
  readonly caretColumn: number;
  readonly caretWidth: number;
}

/** The line of the culprit with a caret under it, and the line before. */
export function codeFrame(source: ManifestSource, range: TextRange, palette: Palette): string[] {
  const index = lineOf(source.lineStarts(), range[0]);
  const numberWidth = Math.max(3, String(index + 1).length);
  const gutter = (marker: string, label: string): string => `${marker} ${label.padStart(numberWidth)} |`;
  const { text, caretColumn, caretWidth } = markedLine(source, index, range);
  const before = index > 0 ? shorten(displayText(lineText(source, index - 1))) : undefined;
  return [
    ...(before === undefined ? [] : [palette.dim(`${gutter(' ', String(index))} ${before}`.trimEnd())]),
    `${palette.caret('>')}${gutter('>', String(index + 1)).slice(1)} ${text}`.trimEnd(),
    `${gutter(' ', '')} ${' '.repeat(caretColumn)}${palette.caret('^'.repeat(caretWidth))}`,
  ];
}

function markedLine(source: ManifestSource, index: number, [start, end]: TextRange): FrameLine {
  const line = lineText(source, index);
  const lineStart = startOfLine(source, index);
  const from = Math.min(start - lineStart, line.length);
  const to = Math.max(from, Math.min(end - lineStart, line.length));
  const cutLeft = from > longestLine - contextBefore ? wholeCharacter(line, from - contextBefore) : 0;
  const cutRight = wholeCharacter(line, Math.min(line.length, cutLeft + longestLine));
  const lead = `${cutLeft > 0 ? '…' : ''}${displayText(line.slice(cutLeft, from))}`;
  const culprit = displayText(line.slice(from, Math.min(to, cutRight)).trimEnd());
  const rest = displayText(line.slice(cutLeft, cutRight)).slice(displayText(line.slice(cutLeft, from)).length);
  return {
    text: `${lead}${rest}${cutRight < line.length ? '…' : ''}`,
    caretColumn: displayWidth(lead),
    caretWidth: Math.max(1, displayWidth(culprit)),
  };
}

function lineText(source: ManifestSource, index: number): string {
  const next = source.lineStarts()[index + 1];
  const text = source.text.slice(startOfLine(source, index), next === undefined ? undefined : next - 1);
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

function shorten(text: string): string {
  return text.length > longestLine ? `${text.slice(0, wholeCharacter(text, longestLine))}…` : text;
}

/** The offset, or the one after it where it would cut a character in two. */
function wholeCharacter(text: string, offset: number): number {
  const unit = text.charCodeAt(offset);
  return unit >= 0xdc00 && unit <= 0xdfff ? offset + 1 : offset;
}
