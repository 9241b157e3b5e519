import { failureError, type Failure } from '../../errors/index.ts';
import type { PermissionDecision } from '../security/index.ts';
import type { SchemaViolation } from './port.ts';

/** Text from outside as part of a message: one line, no control characters, not endless. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

/** Arguments that do not fit; each message is a full sentence. */
export function invalidInput(tool: string, violations: readonly SchemaViolation[]): Failure {
  return {
    code: 'tool.invalid_input',
    message: `The arguments for tool "${tool}" do not fit: ${sentencesOf(violations)}`,
    hint: 'Send arguments that fit the input schema of the tool.',
    details: { issues: issuesOf(violations) },
  };
}

/** An argument at this path has half of a character. */
export function loneSurrogate(tool: string, path: string): Failure {
  const message = 'Half of a character (a lone surrogate) cannot be stored as UTF-8.';
  return invalidInput(tool, [{ path, rule: 'well_formed', message }]);
}

/** An argument at this path was made of a text from which a secret had been taken out. */
export function heldMark(tool: string, path: string): Failure {
  const message = `"${path}" is wrong: it holds "▇ redacted (…)", which stands for a secret that models are not shown, and would take its place.`;
  return invalidInput(tool, [{ path, rule: 'redacted', message }]);
}

const maxIssues = 20;

/** Without the values that some validators add, since those may be secret or large. */
export function issuesOf(violations: readonly SchemaViolation[]): readonly SchemaViolation[] {
  return violations.slice(0, maxIssues).map(({ path, rule, message }) => ({ path, rule, message }));
}

export function sentencesOf(violations: readonly SchemaViolation[]): string {
  return violations
    .slice(0, maxIssues)
    .map(({ message }) => message)
    .join(' ');
}

/** `reason` is a full sentence or several. */
export function invalidOutput(tool: string, reason: string): Failure {
  return {
    code: 'tool.invalid_output',
    message: `The output of tool "${tool}" cannot be used: ${reason}`,
    hint: 'Return plain JSON that fits the output schema: null in place of undefined, text in place of dates and BigInts.',
  };
}

export function outputLimit(tool: string, maxOutputBytes: number, what: string): Failure {
  return {
    code: 'tool.output_limit',
    message: `${what} of tool "${tool}" is larger than ${maxOutputBytes} bytes.`,
    hint: `Ask for less, or raise tools.${tool}.max_output_bytes.`,
    details: { max_output_bytes: maxOutputBytes },
  };
}

/** `rule` is what decided, alone where no level could allow it. */
export function denied(
  message: string,
  rule: string | Pick<PermissionDecision, 'rule' | 'level'>,
  hint?: string,
): Failure {
  const decided = typeof rule === 'string' ? { rule, level: 'always' } : { rule: rule.rule, level: rule.level };
  return {
    code: 'permission.denied',
    message,
    hint: hint ?? 'Stay inside what the manifests permit; no setting allows this.',
    details: decided,
  };
}

export function toolFailed(message: string, hint?: string): Failure {
  return { code: 'tool.failed', message, ...(hint === undefined ? {} : { hint }) };
}

/** What was named is not there, and will not be there at the next attempt either. */
export function notFound(message: string, hint?: string): Failure {
  return { ...toolFailed(message, hint), code: 'tool.not_found' };
}

/** Leaves an adapter with a failure; the runtime makes it an outcome again. */
export function fail(failure: Failure): never {
  throw failureError(failure);
}
