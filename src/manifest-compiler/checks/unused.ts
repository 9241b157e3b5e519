import type { Problem, ProblemPath } from '../../errors/index.ts';
import type { ManifestKind } from '../../manifest/index.ts';
import { schemaFile } from '../read/index.ts';
import { createProblem, quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import { entryOf } from './tool-names.ts';

/** Warns of what is declared and never used. */
export function checkUnused(view: ProjectView): Problem[] {
  const { agents, tools, memory, engine } = view.manifests;
  const nodes = view.workflows.flatMap(({ workflow }) => workflow?.nodes ?? []);
  const everyAgent = Object.values(agents?.agents ?? {});
  const usedAgents = new Set([
    ...nodes.map((node) => ('agent' in node ? node.agent : undefined)),
    ...nodes.flatMap((node) => ('agent_variants' in node ? (node.agent_variants ?? []) : [])).map(({ agent }) => agent),
    engine?.engine.overrides?.agent,
    ...(view.usedElsewhere?.agents ?? []),
  ]);
  const calledTools = [
    ...nodes.map((node) => ('tool' in node ? (node.tool ?? '') : '')),
    ...everyAgent.flatMap((agent) => agent.tools ?? []),
  ];
  const usedTools = new Set(calledTools.map(entryOf));
  const usedProfiles = new Set(everyAgent.map((agent) => agent.context_profile));
  return [
    ...unusedEntries(view, {
      kind: 'agents',
      path: ['agents'],
      what: 'agent',
      entries: agents?.agents,
      used: usedAgents,
    }),
    ...unusedEntries(view, { kind: 'tools', path: ['tools'], what: 'tool', entries: tools?.tools, used: usedTools }),
    ...unusedEntries(view, {
      kind: 'memory',
      path: ['context_profiles'],
      what: 'context profile',
      entries: memory?.context_profiles,
      used: usedProfiles,
    }),
    ...unusedSchemas(view),
  ];
}

interface Declared {
  readonly kind: ManifestKind;
  readonly path: ProblemPath;
  readonly what: string;
  readonly entries: object | undefined;
  readonly used: ReadonlySet<string | undefined>;
}

function unusedEntries(view: ProjectView, { kind, path, what, entries, used }: Declared): Problem[] {
  return Object.keys(entries ?? {})
    .filter((name) => !used.has(name))
    .map((name) =>
      view.problem(kind, {
        severity: 'warning',
        code: 'MANIFEST_UNUSED',
        message: `The ${what} ${quote(name)} is never used.`,
        hint: 'Remove it, or use it.',
        path: [...path, name],
        at: 'key',
      }),
    );
}

function unusedSchemas(view: ProjectView): Problem[] {
  const used = new Set(view.namedFiles.map(({ path }) => path));
  for (const reference of [...schemaReferences(view), ...(view.usedElsewhere?.schemas ?? [])])
    used.add(schemaFile(reference));
  return [...view.schemas.values()]
    .filter(({ file }) => !used.has(file))
    .map(({ file }) =>
      createProblem({
        severity: 'warning',
        code: 'MANIFEST_UNUSED',
        message: `The schema ${quote(file)} is never used.`,
        hint: 'Remove the file, or name it in an output_schema or input_schema.',
        file,
        path: [],
        range: [0, 0],
      }),
    );
}

/** Schemas of answers that are written in place. */
function answerSchemas({ workflows }: ProjectView): readonly unknown[] {
  return workflows.flatMap(({ workflow }) =>
    (workflow?.nodes ?? []).flatMap((node) => (node.type === 'feedback' ? [node.schema] : [])),
  );
}

/** Names of schemas that other schemas refer to by "$ref", with or without ".json". */
function schemaReferences(view: ProjectView): string[] {
  const found: string[] = [];
  const inline = [view.manifests.agents?.agents, view.manifests.tools?.tools, ...answerSchemas(view)];
  const rest: unknown[] = [...[...view.schemas.values()].map(({ schema }) => schema), ...inline];
  for (let value = rest.pop(); rest.length > 0 || value !== undefined; value = rest.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      if (key !== '$ref' || typeof child !== 'string') rest.push(child);
      else found.push((child.split('#')[0] ?? '').replace(/^(?:\.?\/)?(?:schemas\/)?|\.json$/gu, ''));
    }
  }
  return found;
}
