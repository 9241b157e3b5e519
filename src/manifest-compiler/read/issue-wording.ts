import type { ProblemPath } from '../../errors/index.ts';
import { quote } from '../report/index.ts';
import { childValue, valueAt } from './schema-path.ts';

const expectedWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of fields',
  record: 'a map of names',
};

/** What a field has to be, in the words of YAML. */
export function expectedInWords(expected: string): string {
  return expectedWords[expected] ?? expected;
}

/** What was found, in the words of YAML. */
export function foundInWords(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `the text ${quote(value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  return value === true || value === false ? String(value) : 'a map';
}

const entryNames: Readonly<Record<string, string>> = {
  'agents.*': 'an agent',
  'engine.models.*': 'a model',
  'pipelines.*': 'a pipeline',
  'context_profiles.*': 'a context profile',
  'workflow.edges.*': 'an edge',
  'fallbacks.*': 'a fallback',
};

const typedNames: Readonly<Record<string, string>> = {
  'workflow.nodes.*': 'node',
  'tools.*': 'tool',
  'plugins.*': 'plugin',
  'memory.task_store': 'memory store',
  'memory.project_store': 'memory store',
  'memory.global_store': 'memory store',
};

/** A part of a manifest as people call it: "an edge", "an agent node". */
export function placeInWords(path: ProblemPath, root: unknown): string {
  if (path.length === 0) return 'the file';
  const pattern = patternOf(path);
  const entry = entryNames[pattern];
  if (entry !== undefined) return entry;
  const typed = typedNames[pattern];
  if (typed === undefined) return quote(path.join('.'));
  const type = childValue(valueAt(root, path), 'type');
  return typeof type === 'string' ? `a ${typed} of type ${quote(type)}` : `a ${typed}`;
}

function patternOf(path: ProblemPath): string {
  const starred = [...path.slice(0, -1), '*'].join('.');
  return Object.hasOwn(entryNames, starred) || Object.hasOwn(typedNames, starred) ? starred : path.join('.');
}

/** A sentence begins with a capital letter. */
export function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
