import type { SchemaFinding } from './finding.ts';

const mostCharacters = 120;
const mostOfMessage = 600;
const mostFindings = 20;

export function clipText(text: string, most = mostCharacters): string {
  return text.length > most ? `${text.slice(0, most - 1).toWellFormed()}…` : text;
}

/** A value small enough to be kept with a task: long text is cut, lists and objects are described. */
export function clipValue(value: unknown): unknown {
  if (typeof value === 'string') return clipText(value);
  if (Array.isArray(value)) return `a list of ${counted(value.length, 'item')}`;
  if (typeof value === 'object' && value !== null)
    return `an object with ${counted(Object.keys(value).length, 'field')}`;
  return value;
}

/** Findings small enough to be kept with a task, and not too many of them. */
export function clipFindings(findings: readonly SchemaFinding[]): readonly SchemaFinding[] {
  return findings.slice(0, mostFindings).map(clipFinding);
}

function clipFinding(finding: SchemaFinding): SchemaFinding {
  const path = clipText(finding.path, mostOfMessage);
  const message = clipText(finding.message, mostOfMessage);
  const clipped = { path, rule: finding.rule, message };
  return 'value' in finding ? { ...clipped, value: clipValue(finding.value) } : clipped;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
