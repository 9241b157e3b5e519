import type { Problem, ProblemPath } from '../../errors/index.ts';
import { takesOutsideValue, type ManifestKind } from '../../manifest/index.ts';
import { quote } from '../report/index.ts';
import type { DeclaredNames, ProjectView } from './project-view.ts';

export interface Reference {
  readonly kind: ManifestKind;
  readonly path: ProblemPath;
  /** Nothing where nothing is referred to. */
  readonly name: string | undefined;
  /** What is referred to, as in `is no agent`. */
  readonly what: string;
  readonly names: DeclaredNames;
  /** Where the name would be declared. */
  readonly home: string;
}

/** A problem when a reference names nothing that is declared. */
export function checkReference(view: ProjectView, reference: Reference): Problem[] {
  const { kind, path, name, what, names, home } = reference;
  // Where no variable can be used, the check of environment names says so.
  if (name === undefined || names.has(name) || takesOutsideValue(name)) return [];
  return [
    view.problem(kind, {
      code: 'MANIFEST_REFERENCE_UNKNOWN',
      message: `${quote(name)} is no ${what}.`,
      hint: names.finder.hint(name) ?? `Declare it in ${home}.`,
      path,
    }),
  ];
}
