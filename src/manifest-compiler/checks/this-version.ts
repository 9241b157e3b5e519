import type { Problem, ProblemPath } from '../../errors/index.ts';
import { manifestKinds, type ManifestKind } from '../../manifest/index.ts';
import { childValue } from '../read/index.ts';
import { quote } from '../report/index.ts';
import { laterFeatures, type LaterFeature } from './later-features.ts';
import type { ProjectView } from './project-view.ts';

/** Says of everything that manifests may ask for and this version does not do, that it does not. */
export function checkThisVersion(view: ProjectView): Problem[] {
  return manifestKinds.filter((kind) => kind !== 'workflow').flatMap((kind) => problemsIn(view, kind));
}

/** The same for one workflow. */
export function checkWorkflowVersion(view: ProjectView): Problem[] {
  return problemsIn(view, 'workflow');
}

function problemsIn(view: ProjectView, kind: ManifestKind): Problem[] {
  return laterFeatures[kind].flatMap((feature) => problemsOf(view, kind, feature));
}

function problemsOf(view: ProjectView, kind: ManifestKind, feature: LaterFeature): Problem[] {
  const { asks, severity, message, hint } = feature;
  return placesThatAsk(view.manifests[kind], feature).map(({ path, value }) =>
    view.problem(kind, {
      severity,
      code: 'MANIFEST_NOT_IN_THIS_VERSION',
      message: message.replace('{value}', quote(String(value))),
      hint,
      path,
      ...(typeof asks === 'string' ? { at: 'key' as const } : {}),
    }),
  );
}

interface Place {
  readonly path: ProblemPath;
  readonly value: unknown;
}

function placesThatAsk(manifest: unknown, { where, asks }: LaterFeature): Place[] {
  const steps = where.split('.');
  const found: Place[] = [];
  // One path for the whole way, copied where something is found: large workflows are walked once for each feature.
  const path: (string | number)[] = [];
  const visit = (value: unknown): void => {
    const step = steps[path.length];
    if (step === undefined) {
      if (isAsked(asks, value)) found.push({ path: [...path], value });
      return;
    }
    for (const key of step === '*' ? keysOf(value) : [step]) {
      const child = childValue(value, key);
      if (child === undefined) continue;
      path.push(key);
      visit(child);
      path.pop();
    }
  };
  visit(manifest);
  return found;
}

function isAsked(asks: LaterFeature['asks'], value: unknown): boolean {
  if (asks === 'anything') return true;
  if (asks !== 'something') return typeof value === 'string' && asks.includes(value);
  return value !== false && value !== 0 && !(Array.isArray(value) && value.length === 0);
}

function keysOf(value: unknown): Iterable<string | number> {
  if (Array.isArray(value)) return value.keys();
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}
