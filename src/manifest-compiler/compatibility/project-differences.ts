import type { PermissionsSpec, ProjectSpec } from '../../manifest/index.ts';
import type { CompiledProject } from '../compile/compiled.ts';
import type { Difference } from './compatibility.ts';
import { stableText } from './stable-text.ts';

/** What differs for a project as a whole. It holds from now on and makes no finished stage run again. */
export function projectDifferences(before: CompiledProject, after: CompiledProject): readonly Difference[] {
  return [
    ...limitDifferences(before.project, after.project),
    ...permissionDifferences(before.project, after.project),
    ...pluginDifferences(before.project, after.project),
  ];
}

function limitDifferences(before: ProjectSpec, after: ProjectSpec): readonly Difference[] {
  const [old, fresh] = [limitsOf(before), limitsOf(after)];
  const fields = [...new Set([...old.keys(), ...fresh.keys()])].filter(
    (field) => stableText(old.get(field)) !== stableText(fresh.get(field)),
  );
  if (fields.length === 0) return [];
  return [{ kind: 'limits_changed', fields, sentence: 'Work that is still to be done has other limits.' }];
}

/** Bounds on work, by the field of the manifests. The model is no bound: it is a part of what agents are. */
function limitsOf({ engine, tools, agents, workflow }: ProjectSpec): ReadonlyMap<string, unknown> {
  const { model: _, ...defaults } = engine.defaults ?? {};
  const found: (readonly [string, unknown])[] = [];
  for (const [field, value] of Object.entries(defaults)) found.push([`engine.defaults.${field}`, value]);
  for (const [field, value] of Object.entries(engine.limits ?? {})) found.push([`engine.limits.${field}`, value]);
  for (const [name, { timeout, max_output_bytes }] of Object.entries(tools)) {
    found.push([`tools.${name}.timeout`, timeout], [`tools.${name}.max_output_bytes`, max_output_bytes]);
  }
  for (const [name, { json, budget }] of Object.entries(agents)) {
    found.push([`agents.${name}.json.retries`, json?.retries], [`agents.${name}.budget`, budget]);
  }
  found.push(['workflow.budget', workflow.budget]);
  for (const node of workflow.nodes)
    if ('budget' in node) found.push([`workflow.nodes.${node.id}.budget`, node.budget]);
  return new Map(found);
}

interface Grant {
  readonly field: string;
  readonly given: (permissions: PermissionsSpec) => readonly string[] | undefined;
  /** A list of what is forbidden: more on it permits less. */
  readonly isDenial?: true;
}

const grants: readonly Grant[] = [
  { field: 'filesystem.read', given: ({ filesystem }) => filesystem?.read },
  { field: 'filesystem.write', given: ({ filesystem }) => filesystem?.write },
  { field: 'network.allow', given: ({ network }) => network?.allow },
  { field: 'network.deny', given: ({ network }) => network?.deny, isDenial: true },
  { field: 'commands.allow', given: ({ commands }) => commands?.allow },
];

function permissionDifferences({ engine: before }: ProjectSpec, { engine: after }: ProjectSpec): readonly Difference[] {
  const narrowed: string[] = [];
  const widened: string[] = [];
  for (const { field, given, isDenial } of grants) {
    const [old, fresh] = [given(before.permissions ?? {}) ?? [], given(after.permissions ?? {}) ?? []];
    const isLess = old.some((item) => !fresh.includes(item));
    const isMore = fresh.some((item) => !old.includes(item));
    if (isDenial === true ? isMore : isLess) narrowed.push(`engine.permissions.${field}`);
    if (isDenial === true ? isLess : isMore) widened.push(`engine.permissions.${field}`);
  }
  return [
    ...note(
      'permissions_narrowed',
      narrowed,
      'Less is permitted: a stage that is still to run may be refused something.',
    ),
    ...note('permissions_widened', widened, 'More is permitted to stages that are still to run.'),
  ];
}

function pluginsIn({ plugins, hooks = [] }: ProjectSpec): string {
  return stableText([plugins, hooks]);
}

function pluginDifferences(before: ProjectSpec, after: ProjectSpec): readonly Difference[] {
  const isSame = pluginsIn(before) === pluginsIn(after);
  return note('plugins_changed', isSame ? [] : ['plugins'], 'Other plugins take part from now on.');
}

function note(kind: Difference['kind'], fields: readonly string[], sentence: string): readonly Difference[] {
  return fields.length === 0 ? [] : [{ kind, fields, sentence }];
}
