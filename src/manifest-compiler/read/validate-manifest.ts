import type { z } from 'zod';
import type { Problem, ProblemPath } from '../../errors/index.ts';
import type { FileKind } from '../../manifest/index.ts';
import { tooManyEntries } from './entry-limits.ts';
import { problemsOfIssues } from './issue-problems.ts';
import { moreProblems, problemLimit } from '../report/index.ts';
import { findCut, leaveOut, restorePath, type BrokenPart, type KeptItems } from './prune.ts';
import { valueAt, type Schema } from './schema-path.ts';

export interface ValidatedManifest<T> {
  /** What is left of the manifest without its broken parts; nothing when too much is broken. */
  readonly manifest?: T;
  readonly problems: readonly Problem[];
  readonly broken: readonly BrokenPart[];
  readonly kept: KeptItems;
}

export interface ManifestText {
  readonly kind: FileKind;
  readonly file: string;
  readonly value: unknown;
}

const rounds = 4;
/** Compiling a parser does not pay off for one value. */
const parsedOnce = { jitless: true };
const noneKept: KeptItems = new Map();

/** Holds a manifest against its schema. Broken nodes, edges, entries and fields are reported and left out. */
export function validateManifest<T>(text: ManifestText, schema: z.ZodType<T>): ValidatedManifest<T> {
  const excess = tooManyEntries(text.kind, text.file, text.value);
  if (excess.length > 0) return { problems: excess, broken: [{ path: [], value: text.value }], kept: noneKept };
  const first = schema.safeParse(text.value, parsedOnce);
  if (first.success) return { manifest: first.data, problems: [], broken: [], kept: noneKept };
  if (countFindings(first.error.issues) > problemLimit) return tooManyIssues(first.error.issues, text, schema);
  const { problems, unknownFields, misspelt } = problemsOfIssues(first.error.issues, text, schema);
  const cuts = new Map<string, ProblemPath>();
  let issues = first.error.issues;
  let copy = { value: text.value, kept: noneKept };
  for (let round = 0; round < rounds; round += 1) {
    const found = cutsOfIssues(issues, copy, schema);
    if (found === undefined) break;
    for (const cut of found) cuts.set(JSON.stringify(cut), cut);
    copy = leaveOut(text.value, [...unknownFields, ...cuts.values()]);
    const result = schema.safeParse(copy.value, parsedOnce);
    if (result.success) {
      const broken = [...brokenParts(text.value, cuts), ...misspeltParts(misspelt)];
      return { manifest: result.data, problems, broken, kept: copy.kept };
    }
    issues = result.error.issues;
  }
  return { problems, broken: [{ path: [], value: text.value }], kept: noneKept };
}

/** One issue names all unknown fields of its place. */
function countFindings(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
}

function withFewKeys(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  return issue.code === 'unrecognized_keys' ? { ...issue, keys: issue.keys.slice(0, problemLimit) } : issue;
}

/** What is wrong in so many places is not looked at any further. */
function tooManyIssues<T>(
  issues: readonly z.core.$ZodIssue[],
  text: ManifestText,
  schema: Schema,
): ValidatedManifest<T> {
  const shown = issues.slice(0, problemLimit).map(withFewKeys);
  const { problems } = problemsOfIssues(shown, text, schema);
  const listed = problems.slice(0, problemLimit);
  const more = moreProblems(text.file, countFindings(issues) - listed.length);
  return { problems: [...listed, more], broken: [{ path: [], value: text.value }], kept: noneKept };
}

/** Nothing when an issue is in a part that the manifest cannot be without. */
function cutsOfIssues(
  issues: readonly z.core.$ZodIssue[],
  copy: { readonly value: unknown; readonly kept: KeptItems },
  schema: Schema,
): ProblemPath[] | undefined {
  const cuts: ProblemPath[] = [];
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') continue;
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    const cut = findCut(copy.value, schema, path);
    if (cut === undefined) return undefined;
    cuts.push(restorePath(cut, copy.kept));
  }
  return cuts;
}

/** Fields that say how nodes hang together: without one that is misspelt, a second problem would have the same cause. */
const wiringFields: ReadonlySet<unknown> = new Set([
  'type',
  'condition',
  'when',
  'on',
  'entry',
  'join',
  'quorum',
  'merge',
  'agent',
  'tool',
  'plan',
  'node',
  'body',
  'workflow',
  'until',
  'max_items',
  'on_item_failure',
]);

function misspeltParts(paths: readonly ProblemPath[]): BrokenPart[] {
  return paths.flatMap((path) => (wiringFields.has(path.at(-1)) ? [{ path, value: undefined }] : []));
}

function brokenParts(root: unknown, cuts: ReadonlyMap<string, ProblemPath>): BrokenPart[] {
  return [...cuts.values()].map((path) => ({ path, value: valueAt(root, path) }));
}
