import type { Problem } from '../../errors/index.ts';
import type { ModelSpec } from '../../manifest/index.ts';
import { quote } from '../report/index.ts';
import { modelNames } from './agent-references.ts';
import type { ProjectView } from './project-view.ts';
import { checkReference } from './unknown-reference.ts';

/** A replay model has a cassette, and what it records is another model. */
export function checkModelCassettes(view: ProjectView): Problem[] {
  const models = Object.entries(view.manifests.engine?.engine.models ?? {});
  return models.flatMap(([name, model]) => (model.provider === 'replay' ? problemsOf(view, name, model) : []));
}

function problemsOf(view: ProjectView, name: string, { cassette, records, record = 'never' }: ModelSpec): Problem[] {
  const problems = checkReference(view, {
    kind: 'engine',
    path: ['engine', 'models', name, 'records'],
    name: records,
    what: 'model',
    names: modelNames(view),
    home: 'models of engine.yaml',
  });
  if (cassette === undefined) problems.push(missing(view, name, 'cassette'));
  if (records === undefined && record !== 'never') problems.push(missing(view, name, 'records'));
  if (recordsItself(view, name)) problems.push(loop(view, name));
  return problems;
}

const what = { cassette: 'the path of a file', records: 'the name of the model to ask' } as const;

function missing(view: ProjectView, name: string, field: keyof typeof what): Problem {
  return view.problem('engine', {
    code: 'MANIFEST_FIELD_MISSING',
    message: `The model ${quote(name)} ${field === 'records' ? 'records' : 'replays'} and needs the field "${field}".`,
    hint: `Add "${field}" with ${what[field]}.`,
    path: ['engine', 'models', name],
  });
}

/** Whether the model is met again on the way from one replay model to the next. */
function recordsItself(view: ProjectView, name: string): boolean {
  const { models = {} } = view.manifests.engine?.engine ?? {};
  const seen = new Set<string>();
  let next: string | undefined = name;
  while (next !== undefined && !seen.has(next)) {
    seen.add(next);
    const spec: (typeof models)[string] | undefined = models[next];
    next = spec?.provider === 'replay' ? spec.records : undefined;
    if (next === name) return true;
  }
  return false;
}

function loop(view: ProjectView, name: string): Problem {
  return view.problem('engine', {
    code: 'MANIFEST_VALUE_INVALID',
    message: `The model ${quote(name)} records itself.`,
    hint: 'Name the model that is to be asked in the end.',
    path: ['engine', 'models', name, 'records'],
  });
}
