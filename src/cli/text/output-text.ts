import { stringify } from 'yaml';
import type { Output } from '../context.ts';
import { safeText } from './safe-text.ts';

/** A value for people: a text as it is, anything else as YAML. */
export function outputText(value: unknown): string {
  if (typeof value === 'string') return value.endsWith('\n') ? value : `${value}\n`;
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

export function writeJson(stdout: Output, value: unknown): void {
  stdout.write(`${JSON.stringify(value, undefined, stdout.isTerminal ? 2 : 0)}\n`);
}

/** A pipe gets the bytes as they are; a terminal gets nothing that could steer it. */
export function writeOutput(stdout: Output, value: unknown): void {
  if (value === null || value === undefined) return;
  const text = outputText(value);
  stdout.write(stdout.isTerminal ? safeText(text) : text);
}
