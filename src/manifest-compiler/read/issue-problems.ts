import type { z } from 'zod';
import type { Problem, ProblemPath } from '../../errors/index.ts';
import { createNameFinder, createProblem, quote } from '../report/index.ts';
import { problemOfIssue, type IssuePlace } from './issue-problem.ts';
import { capitalised, placeInWords } from './issue-wording.ts';
import { fieldNames, isPlainObject, schemaAt, valueAt, type Schema } from './schema-path.ts';

interface ManifestText {
  readonly file: string;
  readonly value: unknown;
}

export interface IssueProblems {
  readonly problems: readonly Problem[];
  /** Fields that nobody declared. */
  readonly unknownFields: readonly ProblemPath[];
  /** Where a field seems to be meant that an unknown one stands for. */
  readonly misspelt: readonly ProblemPath[];
}

/** One problem for each cause behind the issues of a schema: a misspelt field is not missing as well. */
export function problemsOfIssues(
  issues: readonly z.core.$ZodIssue[],
  text: ManifestText,
  schema: Schema,
): IssueProblems {
  const places = issues.map((issue) => ({ issue, place: placeOf(issue, text, schema) }));
  const isOneLevelTooHigh = places.some(({ place }) => isMissing(place) && standsForRoot(place));
  const unknownFields: ProblemPath[] = [];
  const problems: Problem[] = [];
  const explained = new Map<string, ProblemPath>();
  for (const { issue, place } of places) {
    if (issue.code !== 'unrecognized_keys' || (place.path.length === 0 && isOneLevelTooHigh)) continue;
    for (const key of issue.keys) unknownFields.push([...place.path, key]);
    for (const problem of unknownFieldProblems(issue.keys, place, explained)) problems.push(problem);
  }
  for (const { issue, place } of places) {
    if (issue.code === 'unrecognized_keys') continue;
    if (!isMissing(place)) problems.push(problemOfIssue(issue, place));
    else if (!isExplained(place, explained)) problems.push(missingField(place));
  }
  return { problems, unknownFields, misspelt: [...explained.values()] };
}

/** Adds to `explained` the fields that are missing because an unknown one stands for them. */
function unknownFieldProblems(
  keys: readonly string[],
  place: IssuePlace,
  explained: Map<string, ProblemPath>,
): Problem[] {
  const { schema, root, path, value } = place;
  const nameFinder = createNameFinder(fieldNames(schemaAt(schema, root, path), value));
  return keys.map((key) => {
    const nearest = key === '<<' ? key : nameFinder.nearest(key);
    if (nearest !== undefined) explained.set(JSON.stringify([...path, nearest]), [...path, nearest]);
    return unknownField(key, place, nameFinder.hint(key));
  });
}

function isExplained({ path }: IssuePlace, explained: ReadonlyMap<string, ProblemPath>): boolean {
  return [path.at(-1) ?? '', '<<'].some((name) => explained.has(JSON.stringify([...path.slice(0, -1), name])));
}

function placeOf(issue: z.core.$ZodIssue, { file, value: root }: ManifestText, schema: Schema): IssuePlace {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  return { file, root, schema, path, value: valueAt(root, path) };
}

function unknownField(key: string, { file, path, root }: IssuePlace, hint: string | undefined): Problem {
  const merge = key === '<<' ? 'Write the fields out: merge keys are not supported.' : hint;
  return createProblem({
    code: 'MANIFEST_FIELD_UNKNOWN',
    message: `${quote(key)} is no field of ${placeInWords(path, root)}.`,
    hint: merge,
    file,
    path: [...path, key],
    at: 'key',
  });
}

function isMissing({ root, path }: IssuePlace): boolean {
  const name = path.at(-1);
  const around = valueAt(root, path.slice(0, -1));
  return typeof name === 'string' && isPlainObject(around) && !Object.hasOwn(around, name);
}

function missingField(place: IssuePlace): Problem {
  const { file, path, root } = place;
  const around = path.slice(0, -1);
  const field = String(path.at(-1));
  const misspelt = misspeltField(place, field);
  if (misspelt !== undefined)
    return unknownField(misspelt, { ...place, path: around }, `Did you mean ${quote(field)}?`);
  const name = quote(field);
  return createProblem({
    code: 'MANIFEST_FIELD_MISSING',
    message: `${capitalised(placeInWords(around, root))} needs the field ${name}.`,
    hint: standsForRoot(place) ? `Begin with ${name.slice(0, -1)}:" and indent the rest below it.` : `Add ${name}.`,
    file,
    path: around,
  });
}

/** A field that stands for the missing one, where the fields of a part depend on the one that is missing. */
function misspeltField({ schema, root, path }: IssuePlace, field: string): string | undefined {
  const around = valueAt(root, path.slice(0, -1));
  const isOpen = fieldNames(schemaAt(schema, root, path.slice(0, -1)), around).length === 0;
  if (!isOpen || !isPlainObject(around)) return undefined;
  const finder = createNameFinder([field]);
  return Object.keys(around).find((key) => finder.nearest(key) !== undefined);
}

/** True when a file lacks its one field around all others, and what belongs into it stands in its place. */
function standsForRoot({ schema, root, path }: IssuePlace): boolean {
  if (path.length !== 1 || !isPlainObject(root)) return false;
  const known = fieldNames(schema, root);
  const unknown = Object.keys(root).filter((key) => !known.includes(key));
  return unknown.length > 0 && unknown.every((key) => createNameFinder(known).nearest(key) === undefined);
}
