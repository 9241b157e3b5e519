import type { z } from 'zod';
import { OverrideSpec, type OverrideScope, type OverrideSeverity } from '../../../manifest/index.ts';

/** What holds where an override says nothing itself. */
export interface OverrideDefaults {
  readonly id: string;
  readonly severity: OverrideSeverity;
  /** Default: the task; of what is to be remembered, the project. */
  readonly scope?: OverrideScope;
}

export type ReadOverride = { readonly spec: OverrideSpec } | { readonly problem: string };

/** An override as somebody wrote it, who may leave out its id, its scope and its severity. */
export function readOverride(value: unknown, defaults: OverrideDefaults): ReadOverride {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: 'it is no object' };
  const { id, severity, scope = defaultScope(value) } = defaults;
  const parsed = OverrideSpec.safeParse({ id, severity, scope, ...value });
  return parsed.success ? { spec: parsed.data } : { problem: problemText(parsed.error.issues[0]) };
}

function problemText(issue: z.core.$ZodIssue | undefined): string {
  const place = issue?.path.join('.') ?? '';
  const said = issue === undefined ? 'it cannot be read' : wordsOf(issue);
  return place === '' ? said : `"${place}" ${said}`;
}

/** The validator speaks of inputs and types that nobody wrote. */
function wordsOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${nounOf(issue.expected)}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => `"${String(value)}"`).join(' or ')}`;
    case 'unrecognized_keys':
      return `has a field that is not known: "${issue.keys.join('", "')}"`;
    case 'too_small':
      return `must ${sizeOf(issue.origin)} ${issue.minimum} or more`;
    case 'too_big':
      return `must ${sizeOf(issue.origin)} ${issue.maximum} or less`;
    case 'invalid_union':
      return fitsNone(issue.path.at(-1));
    case 'custom':
      return issue.message.replace(/^It /u, '').replace(/\.$/u, '');
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'not_multiple_of':
      return 'is not as docs/routing.md shows it';
  }
}

function fitsNone(field: PropertyKey | undefined): string {
  if (field !== 'kind') return 'fits none of the forms that docs/routing.md shows';
  return `must be one of ${kinds.map((kind) => `"${kind}"`).join(', ')}`;
}

const kinds: readonly string[] = OverrideSpec.options.map(({ shape }) => shape.kind.value);

const nouns: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  object: 'an object',
  array: 'a list',
};

function nounOf(type: string): string {
  return nouns[type] ?? type;
}

function sizeOf(origin: string): string {
  return origin === 'string' ? 'have a length of' : origin === 'array' ? 'have a size of' : 'be';
}

function defaultScope(value: object): OverrideScope {
  if (!('payload' in value) || typeof value.payload !== 'object' || value.payload === null) return 'task';
  return 'remember' in value.payload ? 'project' : 'task';
}
