import type { Problem, ProblemPath } from '../../errors/index.ts';
import { takesOutsideValue } from '../../manifest/index.ts';
import { createProblem, quote } from '../report/index.ts';
import type { Manifests, NamedFile, NamedFileKind } from './parsed-project.ts';
import { childValue } from './schema-path.ts';
import { isInsideProject, normalisePath } from './project-path.ts';
import { isChildNode, isWorkflowFile, type WorkflowUnit } from './workflow-units.ts';

interface Mention {
  readonly written: string;
  readonly kind: NamedFileKind;
  readonly file: string;
  readonly from: ProblemPath;
  /** It is made when it is not there. */
  readonly isMade?: boolean;
}

/** Name of the file that holds a named schema. */
export function schemaFile(name: string): string {
  return normalisePath(`schemas/${name}.json`);
}

/** True when a prompt is the path of a file; any other text is the prompt itself. */
export function isPromptPath(prompt: string): boolean {
  return /\.(?:md|txt|liquid)$/u.test(prompt) && !/[\r\n]/u.test(prompt);
}

/** The files that manifests name, each time they do, and a problem for each that lies outside. */
export function findNamedFiles(
  manifests: Manifests,
  fileOf: (kind: keyof Manifests) => string,
  workflows: readonly WorkflowUnit[],
): { namedFiles: NamedFile[]; problems: Problem[] } {
  const mentions = [
    ...agentMentions(manifests, fileOf('agents')),
    ...modelMentions(manifests, fileOf('engine')),
    ...toolMentions(manifests, fileOf('tools')),
    ...pluginMentions(manifests, fileOf('plugins')),
    ...workflows.flatMap(workflowMentions),
  ];
  const namedFiles: NamedFile[] = [];
  const problems: Problem[] = [];
  for (const { written, kind, file, from, isMade = false } of mentions) {
    const path = kind === 'schema' ? schemaFile(written) : normalisePath(written);
    if (kind === 'workflow' && isInsideProject(path) && !isWorkflowFile(path))
      problems.push(noWorkflowFile({ written, kind, file, from }));
    else if (isInsideProject(path) && (kind !== 'schema' || path.startsWith('schemas/')))
      namedFiles.push(...(isMade ? [] : [{ path, kind, file, from }]));
    else problems.push(outsideProblem({ written, kind, file, from }));
  }
  return { namedFiles, problems };
}

function agentMentions({ agents }: Manifests, file: string): Mention[] {
  const mentions: Mention[] = [];
  for (const [name, { prompt, output_schema: schema }] of Object.entries(agents?.agents ?? {})) {
    if (prompt !== undefined && isPromptPath(prompt))
      mentions.push({ written: prompt, kind: 'prompt', file, from: ['agents', name, 'prompt'] });
    if (typeof schema === 'string') {
      mentions.push({ written: schema, kind: 'schema', file, from: ['agents', name, 'output_schema'] });
    }
  }
  return mentions;
}

function modelMentions({ engine }: Manifests, file: string): Mention[] {
  const mentions: Mention[] = [];
  for (const [name, { provider, script, cassette, record = 'never' }] of Object.entries(engine?.engine.models ?? {})) {
    const from = ['engine', 'models', name];
    if (script !== undefined && !takesOutsideValue(script))
      mentions.push({ written: script, kind: 'script', file, from: [...from, 'script'] });
    if (provider === 'replay' && cassette !== undefined && !takesOutsideValue(cassette)) {
      const isMade = record !== 'never';
      mentions.push({ written: cassette, kind: 'cassette', file, from: [...from, 'cassette'], isMade });
    }
  }
  return mentions;
}

function toolMentions({ tools }: Manifests, file: string): Mention[] {
  const mentions: Mention[] = [];
  for (const [name, tool] of Object.entries(tools?.tools ?? {})) {
    if (tool.type === 'module' && !takesOutsideValue(tool.module)) {
      mentions.push({ written: tool.module, kind: 'module', file, from: ['tools', name, 'module'] });
    }
    for (const field of ['input_schema', 'output_schema']) {
      const schema = childValue(tool, field);
      if (typeof schema === 'string')
        mentions.push({ written: schema, kind: 'schema', file, from: ['tools', name, field] });
    }
  }
  return mentions;
}

function pluginMentions({ plugins }: Manifests, file: string): Mention[] {
  return (plugins?.plugins ?? []).flatMap((plugin, index): Mention[] =>
    plugin.type === 'module'
      ? [{ written: plugin.module, kind: 'module', file, from: ['plugins', index, 'module'] }]
      : [],
  );
}

/** Workflows that child tasks run, and the schemas of answers. */
function workflowMentions({ workflow, file, toFile }: WorkflowUnit): Mention[] {
  const mentions: Mention[] = [];
  for (const [index, node] of (workflow?.nodes ?? []).entries()) {
    const path = ['workflow', 'nodes', index];
    if (isChildNode(node) && node.workflow !== undefined) {
      mentions.push({ written: node.workflow, kind: 'workflow', file, from: toFile([...path, 'workflow']) });
    }
    if (node.type === 'feedback' && typeof node.schema === 'string') {
      mentions.push({ written: node.schema, kind: 'schema', file, from: toFile([...path, 'schema']) });
    }
  }
  return mentions;
}

function noWorkflowFile({ written, file, from }: Mention): Problem {
  return createProblem({
    code: 'MANIFEST_VALUE_INVALID',
    message: `${quote(written)} is no path of a workflow file.`,
    hint: 'Write the path of a file that ends in .yaml, .yml or .json.',
    file,
    path: from,
  });
}

function outsideProblem({ written, kind, file, from }: Mention): Problem {
  const directory = kind === 'schema' ? 'schemas/' : 'the project directory';
  return createProblem({
    code: 'MANIFEST_VALUE_INVALID',
    message: `The ${kind} ${quote(written)} lies outside of ${directory}.`,
    hint:
      kind === 'schema'
        ? 'Write the name of a file in schemas/ without ".json".'
        : 'Move the file into the project directory and write a relative path.',
    file,
    path: from,
  });
}
