import type { z } from 'zod';
import type { Problem, ProblemPath } from '../../errors/index.ts';
import type { ManifestKind } from '../../manifest/index.ts';
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
  readonly kind: ManifestKind;
  readonly file: string;
  readonly value: unknown;
}

const rounds = 4;
const noneKept: KeptItems = new Map();

/** Holds a manifest against its schema. Broken nodes, edges, entries and fields are reported and left out. */
export function validateManifest<T>(text: ManifestText, schema: z.ZodType<T>): ValidatedManifest<T> {
  const first = schema.safeParse(text.value);
  if (first.success) return { manifest: first.data, problems: [], broken: [], kept: noneKept };
  if (first.error.issues.length > problemLimit) return tooManyIssues(first.error.issues, text, schema);
  const { problems, unknownFields } = problemsOfIssues(first.error.issues, text, schema);
  const cuts = new Map<string, ProblemPath>();
  let issues = first.error.issues;
  let copy = { value: text.value, kept: noneKept };
  for (let round = 0; round < rounds; round += 1) {
    const found = cutsOfIssues(issues, copy, schema);
    if (found === undefined) break;
    for (const cut of found) cuts.set(JSON.stringify(cut), cut);
    copy = leaveOut(text.value, [...unknownFields, ...cuts.values()]);
    const result = schema.safeParse(copy.value);
    if (result.success)
      return { manifest: result.data, problems, broken: brokenParts(text.value, cuts), kept: copy.kept };
    issues = result.error.issues;
  }
  return { problems, broken: [{ path: [], value: text.value }], kept: noneKept };
}

/** What is wrong in so many places is not looked at any further. */
function tooManyIssues<T>(
  issues: readonly z.core.$ZodIssue[],
  text: ManifestText,
  schema: Schema,
): ValidatedManifest<T> {
  const { problems } = problemsOfIssues(issues.slice(0, problemLimit), text, schema);
  const more = moreProblems(text.file, issues.length - problemLimit);
  return { problems: [...problems, more], broken: [{ path: [], value: text.value }], kept: noneKept };
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

function brokenParts(root: unknown, cuts: ReadonlyMap<string, ProblemPath>): BrokenPart[] {
  return [...cuts.values()].map((path) => ({ path, value: valueAt(root, path) }));
}
