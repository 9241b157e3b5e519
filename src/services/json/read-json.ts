import { failureError, type Failure, type FailureKind } from '../../errors/index.ts';
import type { Check } from './compile-schema.ts';
import type { SchemaFinding } from './finding.ts';
import { kindOf, type RootShape } from './root-shape.ts';
import { findSyntaxFault } from './syntax-fault.ts';
import { extentProblem, measure } from './value-extent.ts';

const fence = '```';
const mostShown = 120;
const jsonAlone = 'Ask for the JSON once more, and for nothing around it.';

interface Target {
  readonly shape: RootShape;
  readonly check: Check;
}

/** Strict reading: white space, a byte-order mark and one code fence around the JSON are taken off, nothing is repaired. */
export function readJson(raw: string, target: Target): { value: unknown } {
  const text = withoutFence(raw);
  const value = parse(text);
  const extent = measure(value);
  const tooMuch = extentProblem(extent);
  if (tooMuch !== undefined) throw jsonFailure('json.schema_major', tooMuch);
  if (extent.hasInfinity)
    throw jsonFailure('json.syntax', 'The answer holds a number that is too large for a computer to hold.');
  const findings = target.check(value);
  if (findings.length === 0) return { value };
  throw mismatch(value, findings, target.shape);
}

function withoutFence(raw: string): string {
  const text = raw.trim();
  if (!text.startsWith(fence)) return text;
  const language = /^`{3,}[ \t]*[\w+.-]{0,40}[ \t]*/u.exec(text);
  const body = text.slice(language?.[0].length ?? fence.length);
  return (body.endsWith(fence) ? body.slice(0, -fence.length) : body).trim();
}

function parse(text: string): unknown {
  if (text === '') throw jsonFailure('json.schema_major', 'The answer is empty.', { hint: jsonAlone });
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw syntaxFailure(text);
  }
}

function syntaxFailure(text: string): Error {
  if (!/[[{]|^["\d-]/u.test(text)) {
    const details = { begins: clip(text) };
    return jsonFailure('json.schema_major', 'The answer is prose, not JSON.', { hint: jsonAlone, details });
  }
  const fault = findSyntaxFault(text) ?? { offset: 0, problem: 'it cannot be read' };
  const before = text.slice(0, fault.offset);
  const line = before.split('\n').length;
  const column = fault.offset - before.lastIndexOf('\n');
  const message = `The answer is not valid JSON: at line ${line}, column ${column}, ${fault.problem}.`;
  const near = text.slice(Math.max(0, fault.offset - 40), fault.offset + 40);
  return jsonFailure('json.syntax', message, { hint: jsonAlone, details: { line, column, near } });
}

function mismatch(value: unknown, findings: readonly SchemaFinding[], shape: RootShape): Error {
  const isMajor = !isRecognisable(value, shape);
  const [first] = findings;
  const found = first?.message ?? 'It does not fit.';
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  const message = isMajor
    ? `The answer is not the document that was asked for. ${found}`
    : `The answer does not fit its schema${more}. ${found}`;
  const shownFindings = findings.map((finding) =>
    'value' in finding ? { ...finding, value: shown(finding.value) } : finding,
  );
  return jsonFailure(isMajor ? 'json.schema_major' : 'json.schema_minor', message, {
    details: { findings: shownFindings },
  });
}

/** The right kind of root, and some of the declared fields: then only a part of it is wrong. */
function isRecognisable(value: unknown, shape: RootShape): boolean {
  if (shape.kinds.size > 0 && !shape.kinds.has(kindOf(value))) return false;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || shape.fields.size === 0) return true;
  return Object.keys(value).some((key) => shape.fields.has(key));
}

/** Small enough to be kept with the task. */
function shown(value: unknown): unknown {
  if (typeof value === 'string') return clip(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return `an object with ${Object.keys(value).length} fields`;
  return value;
}

function clip(text: string): string {
  return text.length > mostShown ? `${text.slice(0, mostShown - 1)}…` : text;
}

function jsonFailure(code: FailureKind, message: string, more: Pick<Failure, 'hint' | 'details'> = {}): Error {
  return failureError({ code, message, ...more });
}
