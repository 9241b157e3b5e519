import type { Problem, ProblemPath } from '../../errors/index.ts';
import { manifestKinds, type ManifestKind } from '../../manifest/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

const allowedIn: ReadonlySet<ManifestKind> = new Set(['engine', 'tools', 'plugins']);
const reference = /\$\{env:(?<name>[^}]*)\}?/u;
const validReference = /\$\{env:[A-Za-z_][A-Za-z0-9_]*\}/gu;

/** Environment variables are used only where no prompt, journal or event takes their values along, and by proper names. */
export function checkEnvironmentNames(view: ProjectView): Problem[] {
  return manifestKinds.flatMap((kind) =>
    texts(view.manifests[kind]).flatMap(({ text, path }): Problem[] => {
      const message = allowedIn.has(kind) ? malformed(text) : misplaced(text);
      if (message === undefined) return [];
      const hint = allowedIn.has(kind)
        ? 'Write "${env:NAME}" with a name of letters, digits and "_".'
        : 'Use it in engine.yaml, tools.yaml or plugins.yaml.';
      return [view.problem(kind, { code: 'MANIFEST_VALUE_INVALID', message, hint, path })];
    }),
  );
}

function misplaced(text: string): string | undefined {
  const name = reference.exec(text)?.groups?.['name'];
  return name === undefined ? undefined : `The environment variable ${quote(name)} cannot be used in this file.`;
}

function malformed(text: string): string | undefined {
  const found = reference.exec(text.replace(validReference, ''))?.[0];
  return found === undefined ? undefined : `${quote(found)} names no environment variable.`;
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
