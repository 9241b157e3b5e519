import type { z } from 'zod';
import type { Problem } from '../../errors/index.ts';
import { manifestFiles, type ManifestKind } from '../../manifest/index.ts';
import type { ManifestSource } from '../report/index.ts';
import { missingManifest, selectManifests, type ManifestFile } from './manifest-files.ts';
import { findNamedFiles } from './named-files.ts';
import type { Manifests, ManifestState, ParsedProject } from './parsed-project.ts';
import { parseText } from './parse-text.ts';
import { restorePath } from './prune.ts';
import { validateManifest, type ValidatedManifest } from './validate-manifest.ts';
import { findUnits, type FoundUnits, type WorkflowUnit } from './workflow-units.ts';

/**
 * Reads the manifests of a project, given as texts by file name, and holds each against its schema. Nodes may name
 * further workflow files: those are among the named files of the answer, and are read from `workflowTexts`, by path.
 */
export function parseManifests(
  files: ReadonlyMap<string, string>,
  workflowTexts: ReadonlyMap<string, string> = new Map(),
): ParsedProject {
  const { selected, problems: ambiguities } = selectManifests(files);
  const problems: (readonly Problem[])[] = [ambiguities];
  const sources = new Map<string, ManifestSource>();
  const states = new Map<ManifestKind, ManifestState>();
  const texts = new Map<ManifestKind, ManifestFile & { readonly value: unknown }>();
  for (const manifest of selected) {
    const { kind, file, text } = manifest;
    const { source, problems: faults, ...read } = parseText(file, text);
    sources.set(file, source);
    problems.push(faults);
    if ('value' in read) texts.set(kind, { ...manifest, value: read.value });
    else states.set(kind, { file, isThere: true, broken: [{ path: [], value: undefined }], kept: new Map() });
  }
  const validate = <T>(kind: ManifestKind, schema: z.ZodType<T>): T | undefined => {
    const text = texts.get(kind);
    if (text === undefined) return undefined;
    const result: ValidatedManifest<T> = validateManifest(text, schema);
    problems.push(result.problems);
    states.set(kind, { file: text.file, isThere: true, broken: result.broken, kept: result.kept });
    return result.manifest;
  };
  const manifests = presentOnly({
    engine: validate('engine', manifestFiles.engine),
    agents: validate('agents', manifestFiles.agents),
    tools: validate('tools', manifestFiles.tools),
    workflow: validate('workflow', manifestFiles.workflow),
    pipelines: validate('pipelines', manifestFiles.pipelines),
    memory: validate('memory', manifestFiles.memory),
    plugins: validate('plugins', manifestFiles.plugins),
  });
  const fileOf = (kind: ManifestKind): string => states.get(kind)?.file ?? `${kind}.yaml`;
  const all = allStates(states);
  const found = findWorkflows(manifests, all, workflowTexts);
  const named = findNamedFiles(manifests, fileOf, found.workflows);
  problems.push(found.problems, named.problems, missingManifests(found.workflows, states));
  return {
    manifests,
    states: all,
    problems: problems.flat(),
    sources: new Map([...sources, ...found.sources]),
    namedFiles: named.namedFiles,
    workflows: found.workflows,
  };
}

function findWorkflows(
  { workflow }: Manifests,
  { workflow: state }: Readonly<Record<ManifestKind, ManifestState>>,
  workflowTexts: ReadonlyMap<string, string>,
): Omit<FoundUnits, 'units'> & { readonly workflows: readonly WorkflowUnit[] } {
  const main: WorkflowUnit = {
    name: '',
    file: state.file,
    broken: state.broken,
    kept: state.kept,
    toFile: (path) => restorePath(path, state.kept),
    ...(workflow !== undefined && { workflow: workflow.workflow }),
  };
  const { units, ...found } = findUnits(main, workflowTexts);
  return { ...found, workflows: [main, ...units] };
}

type MaybeManifests = { readonly [Kind in keyof Manifests]-?: Manifests[Kind] | undefined };

function presentOnly(all: MaybeManifests): Manifests {
  const { engine, agents, tools, workflow, pipelines, memory, plugins } = all;
  return {
    ...(engine === undefined ? {} : { engine }),
    ...(agents === undefined ? {} : { agents }),
    ...(tools === undefined ? {} : { tools }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(pipelines === undefined ? {} : { pipelines }),
    ...(memory === undefined ? {} : { memory }),
    ...(plugins === undefined ? {} : { plugins }),
  };
}

function missingManifests(
  workflows: readonly WorkflowUnit[],
  states: ReadonlyMap<ManifestKind, ManifestState>,
): Problem[] {
  if (!states.has('workflow')) return [missingManifest('workflow', '')];
  const asksAgents = workflows.some(
    ({ workflow }) => workflow?.nodes.some((node) => 'agent' in node && node.agent !== undefined) ?? false,
  );
  return asksAgents && !states.has('agents') ? [missingManifest('agents', ', but the workflow asks agents')] : [];
}

function allStates(states: ReadonlyMap<ManifestKind, ManifestState>): Readonly<Record<ManifestKind, ManifestState>> {
  const of = (kind: ManifestKind): ManifestState =>
    states.get(kind) ?? { file: `${kind}.yaml`, isThere: false, broken: [], kept: new Map() };
  return {
    engine: of('engine'),
    agents: of('agents'),
    tools: of('tools'),
    workflow: of('workflow'),
    pipelines: of('pipelines'),
    memory: of('memory'),
    plugins: of('plugins'),
  };
}
