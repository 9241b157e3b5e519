import type { Problem, ProblemPath } from '../../errors/index.ts';
import {
  manifestKinds,
  outsideNames,
  replaceOutside,
  secretPath,
  takesOutsideValue,
  type ManifestKind,
} from '../../manifest/index.ts';
import { quote, type ProblemInput } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

type Finding = Pick<ProblemInput, 'code' | 'message' | 'hint'>;

interface Place {
  /** True for fields in which values are put in. */
  readonly takes: (path: ProblemPath, source: Source) => boolean;
  readonly elsewhere: string;
}

/** Where a value comes from. */
type Source = 'env' | 'file';
const sources = {
  env: { noun: 'environment variable', hint: 'Write "${env:NAME}" with a name of letters, digits and "_".' },
  file: { noun: 'secret file', hint: 'Write "${file:path}" with a path without "$", "{" and "}".' },
} as const satisfies Record<Source, { readonly noun: string; readonly hint: string }>;

/** Directories and permissions are no secrets, and are looked at before any file is read. */
const engineFields: Readonly<Record<Source, ReadonlySet<unknown>>> = {
  env: new Set(['models', 'state_dir', 'permissions']),
  file: new Set(['models']),
};
/** They name something that is looked up before anything runs. */
const plainModelFields: ReadonlySet<unknown> = new Set(['script', 'cassette', 'records']);
/** They are shown to models and stored, or they name something that is looked up before anything runs. */
const plainToolFields: ReadonlySet<unknown> = new Set([
  'description',
  'export',
  'environment',
  'only',
  'input_schema',
  'output_schema',
]);

const places: Partial<Record<ManifestKind, Place>> = {
  engine: {
    takes: ([, field, , modelField], source) =>
      engineFields[source].has(field) && !(field === 'models' && plainModelFields.has(modelField)),
    elsewhere:
      'Write the value itself; only "models" (but not their files), "state_dir" and "permissions" take variables.',
  },
  tools: {
    takes: ([, , field]) => !plainToolFields.has(field),
    elsewhere:
      'Write the value itself: descriptions and schemas are shown to models, and names are looked up as written.',
  },
  plugins: { takes: () => true, elsewhere: '' },
  memory: {
    takes: ([, field]) => field === 'embedding',
    elsewhere: 'Write the value itself; only "embedding" takes variables.',
  },
};

const beginning = /\$\{(?<source>env|file):(?<name>[^}]*)\}?/gu;

/**
 * Environment variables and secret files are used only where the engine puts in their values and no prompt, journal or event
 * takes them along, by proper names, and they are there.
 */
export function checkEnvironmentNames(view: ProjectView): Problem[] {
  return manifestKinds.flatMap((kind) => namesIn(view, kind));
}

/** The same in a workflow file that nodes run. */
export function checkNamesInWorkflowFiles(view: ProjectView): Problem[] {
  return view.unit.name === view.unit.file ? namesIn(view, 'workflow') : [];
}

function namesIn(view: ProjectView, kind: ManifestKind): Problem[] {
  return texts(view.manifests[kind]).flatMap(({ text, path }) =>
    findings(view, text, { place: places[kind], path }).map((finding) => view.problem(kind, { ...finding, path })),
  );
}

function findings(
  view: ProjectView,
  text: string,
  { place, path }: { readonly place: Place | undefined; readonly path: ProblemPath },
): Finding[] {
  if (place === undefined) {
    return misplaced(text, { where: 'file', hint: 'Use it in engine.yaml, tools.yaml or plugins.yaml.' });
  }
  const takes = (source: Source): boolean => place.takes(path, source);
  const elsewhere = misplaced(text, { where: 'field', hint: place.elsewhere, takes });
  return elsewhere.length > 0 ? elsewhere : [...malformed(text), ...missing(text, view)];
}

interface Misplaced {
  readonly where: 'file' | 'field';
  readonly hint: string;
  readonly takes?: (source: Source) => boolean;
}

function misplaced(text: string, { where, hint, takes = () => false }: Misplaced): Finding[] {
  const found = mentions(text).find(({ source }) => !takes(source));
  if (found === undefined) return [];
  const message = `The ${sources[found.source].noun} ${quote(found.name)} cannot be used in this ${where}.`;
  const isOfFile = found.source === 'file' && takes('env');
  return [
    {
      code: 'MANIFEST_VALUE_INVALID',
      message,
      hint: isOfFile ? 'Write the value itself, or take it from the environment: it is no secret.' : hint,
    },
  ];
}

function malformed(text: string): Finding[] {
  const [found] = mentions(replaceOutside(text, () => ''));
  if (found === undefined) return [];
  const { noun, hint } = sources[found.source];
  return [{ code: 'MANIFEST_VALUE_INVALID', message: `${quote(found.written)} names no ${noun}.`, hint }];
}

function mentions(text: string): { readonly source: Source; readonly name: string; readonly written: string }[] {
  return [...text.matchAll(beginning)].map(({ 0: written, groups }) => ({
    source: groups?.['source'] === 'file' ? 'file' : 'env',
    name: groups?.['name'] ?? '',
    written,
  }));
}

function missing(text: string, view: Pick<ProjectView, 'environmentNames' | 'secretFaults'>): Finding[] {
  return [...new Set(outsideNames(text))].flatMap((name) => {
    const file = secretPath(name);
    return file === undefined ? missingVariable(name, view) : unreadableSecret(file, view);
  });
}

function missingVariable(name: string, { environmentNames }: Pick<ProjectView, 'environmentNames'>): Finding[] {
  if (environmentNames?.has(name) ?? true) return [];
  return [
    {
      code: 'MANIFEST_ENVIRONMENT_MISSING',
      message: `The environment variable ${quote(name)} is not set.`,
      hint: `Set ${name}, or take \${env:${name}} out of the manifest.`,
    },
  ];
}

function unreadableSecret(file: string, { secretFaults }: Pick<ProjectView, 'secretFaults'>): Finding[] {
  const fault = secretFaults?.get(file);
  if (fault === undefined) return [];
  return [
    {
      code: 'MANIFEST_SECRET_UNREADABLE',
      message: `The secret file ${quote(file)} ${fault}.`,
      hint: `Put the secret alone into ${file}, as text, or take \${file:${file}} out of the manifest.`,
    },
  ];
}

function texts(manifest: unknown): { text: string; path: ProblemPath }[] {
  const found: { text: string; path: ProblemPath }[] = [];
  const rest: { value: unknown; path: ProblemPath }[] = [{ value: manifest, path: [] }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { value, path } = next;
    if (typeof value === 'string' && takesOutsideValue(value)) found.push({ text: value, path });
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      if (typeof child === 'string' ? !takesOutsideValue(child) : typeof child !== 'object') continue;
      rest.push({ value: child, path: [...path, Array.isArray(value) ? Number(key) : key] });
    }
  }
  return found;
}
