import type { Problem, ProblemPath } from '../../errors/index.ts';
import { manifestKinds, type ManifestKind } from '../../manifest/index.ts';
import { quote, type ProblemInput } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

type Finding = Pick<ProblemInput, 'code' | 'message' | 'hint'>;

interface Place {
  /** True for fields in which values are put in. */
  readonly takes: (path: ProblemPath) => boolean;
  readonly elsewhere: string;
}

const engineFields: ReadonlySet<unknown> = new Set(['models', 'state_dir', 'permissions']);
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
    takes: ([, field, , modelField]) =>
      engineFields.has(field) && !(field === 'models' && plainModelFields.has(modelField)),
    elsewhere:
      'Write the value itself; only "models" (but not their files), "state_dir" and "permissions" take variables.',
  },
  tools: {
    takes: ([, , field]) => !plainToolFields.has(field),
    elsewhere:
      'Write the value itself: descriptions and schemas are shown to models, and names are looked up as written.',
  },
  plugins: { takes: () => true, elsewhere: '' },
};

const reference = /\$\{env:(?<name>[^}]*)\}?/u;
const validReference = /\$\{env:(?<name>[A-Za-z_]\w*)\}/gu;

/**
 * Environment variables are used only where the engine puts in their values and no prompt, journal or event takes them
 * along, by proper names, and they are set.
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
  if (place === undefined) return misplaced(text, 'file', 'Use it in engine.yaml, tools.yaml or plugins.yaml.');
  if (!place.takes(path)) return misplaced(text, 'field', place.elsewhere);
  return [...malformed(text), ...missing(text, view.environmentNames)];
}

function misplaced(text: string, where: 'file' | 'field', hint: string): Finding[] {
  const name = reference.exec(text)?.groups?.['name'];
  if (name === undefined) return [];
  const message = `The environment variable ${quote(name)} cannot be used in this ${where}.`;
  return [{ code: 'MANIFEST_VALUE_INVALID', message, hint }];
}

function malformed(text: string): Finding[] {
  const found = reference.exec(text.replace(validReference, ''))?.[0];
  if (found === undefined) return [];
  const hint = 'Write "${env:NAME}" with a name of letters, digits and "_".';
  return [{ code: 'MANIFEST_VALUE_INVALID', message: `${quote(found)} names no environment variable.`, hint }];
}

function missing(text: string, known: ReadonlySet<string> | undefined): Finding[] {
  if (known === undefined) return [];
  const names = new Set([...text.matchAll(validReference)].map(({ groups }) => groups?.['name'] ?? ''));
  return [...names]
    .filter((name) => !known.has(name))
    .map((name) => ({
      code: 'MANIFEST_ENVIRONMENT_MISSING',
      message: `The environment variable ${quote(name)} is not set.`,
      hint: `Set ${name}, or take \${env:${name}} out of the manifest.`,
    }));
}

function texts(manifest: unknown): { text: string; path: ProblemPath }[] {
  const found: { text: string; path: ProblemPath }[] = [];
  const rest: { value: unknown; path: ProblemPath }[] = [{ value: manifest, path: [] }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { value, path } = next;
    if (typeof value === 'string' && value.includes('${env:')) found.push({ text: value, path });
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      if (typeof child === 'string' ? !child.includes('${env:') : typeof child !== 'object') continue;
      rest.push({ value: child, path: [...path, Array.isArray(value) ? Number(key) : key] });
    }
  }
  return found;
}
