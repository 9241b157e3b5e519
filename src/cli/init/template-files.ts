import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileKinds, type FileKind } from '../../engine/index.ts';
import type { Template } from './templates.ts';

/** What runs leave in a project. */
const leftByRuns = ['.agent-engine', 'generated_project', 'logs'];

/** Where the schemas for editors go in a new project. */
export const schemaDirectory = '.schemas';

export interface ProjectFiles {
  /** Texts by path, with slashes. */
  readonly texts: ReadonlyMap<string, string>;
  /** Kinds of manifests that name their schema. */
  readonly kinds: readonly FileKind[];
}

/** The files of a template as they are to be in a project of its own; `program` is how the command is called there. */
export async function readTemplate(template: Template, program: string): Promise<ProjectFiles> {
  const entries = await readdir(template.directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path.relative(template.directory, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'),
    )
    .filter((file) => !leftByRuns.includes(file.split('/')[0] ?? ''))
    .toSorted();
  const kinds = new Set<FileKind>();
  const texts = new Map<string, string>();
  for (const file of files) {
    const text = await readFile(path.join(template.directory, file), 'utf8');
    texts.set(file, adapted(text, { file, template, program, kinds }));
  }
  return { texts, kinds: [...kinds] };
}

interface Place {
  readonly file: string;
  readonly template: Template;
  readonly program: string;
  readonly kinds: Set<FileKind>;
}

/** A link to what lies beside the templates in the package; from a project of its own it leads nowhere. */
const linkOut = /\[(?<words>[^\]]+)\]\(\.\.\/[^()\s]*\)/gu;

function adapted(text: string, { file, template, program, kinds }: Place): string {
  if (file.endsWith('.md') && !file.includes('/')) {
    return text
      .replaceAll(/npm run (?:-s )?agent-engine --|\bagent-engine(?= [a-z]+ )/gu, program)
      .replaceAll(template.place, '.')
      .replaceAll(linkOut, '$<words>');
  }
  return text.replace(/(\$schema=|"\$schema": ")[./]*dist\/schemas\/(\w+)\.schema\.json/u, (whole, before, word) => {
    const kind = fileKinds.find((name) => name === word);
    if (kind === undefined) return whole;
    kinds.add(kind);
    return `${String(before)}${'../'.repeat(file.split('/').length - 1) || './'}${schemaDirectory}/${kind}.schema.json`;
  });
}

/** What git is not to keep. */
export const ignoredByGit = leftByRuns.map((name) => `${name}/`);
