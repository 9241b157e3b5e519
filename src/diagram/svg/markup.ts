import { plainLine } from '../text-width.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Any text as one line of XML, also between quotes. */
export function xmlText(text: string): string {
  return plainLine(text).replaceAll(/[&<>"']/gu, (mark) => escapes[mark] ?? '');
}

export interface TextPlace {
  readonly className: string;
  readonly x: number;
  readonly y: number;
  readonly anchor?: 'middle' | 'end';
}

export function textElement(text: string, { className, x, y, anchor }: TextPlace): string {
  const anchored = anchor === undefined ? '' : ` text-anchor="${anchor}"`;
  return `<text class="${className}" x="${x}" y="${y}"${anchored}>${xmlText(text)}</text>`;
}
