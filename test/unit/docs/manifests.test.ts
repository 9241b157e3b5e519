import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Engine, loadProject } from '../../../src/index.ts';
import {
  AgentSpec,
  EngineSpec,
  HookPluginSpec,
  MemorySpec,
  PipelinesFile,
  PluginSpec,
  ToolSpec,
  WorkflowSpec,
} from '../../../src/manifest/index.ts';
import { markdownBlocks } from '../../support/markdown-blocks.ts';
import { linkedFiles, root, runLine, writeProjects } from './page-projects.ts';

const page = readFileSync(path.join(root, 'docs/manifests.md'), 'utf8');
const blocks = markdownBlocks(page);
let directory = '';
let projects: readonly string[] = [];

beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'manifests-page-'));
  projects = writeProjects(directory, blocks);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function textOf(language: string): string {
  return blocks.find((block) => block.language === language)?.text ?? '';
}

describe('docs/manifests.md', () => {
  it('shows projects without any problem', async () => {
    expect(projects).toEqual(['review', 'planned']);
    for (const project of projects) {
      expect((await loadProject(path.join(directory, project))).problems).toEqual([]);
    }
  });

  it('shows the output that its command gives', async () => {
    expect(await runLine(directory, textOf('sh'))).toBe(textOf('text'));
  });

  it('says what a text that is done leads to', async () => {
    const said = /^With `"(?<request>[^"]+)"` it writes `(?<file>[^`]+)` and prints `(?<output>[^`]+)`/mu.exec(page);
    const { request = '', file = '', output } = said?.groups ?? {};
    expect(await run(request)).toEqual({ status: 'completed', output });
    expect(readFileSync(path.join(directory, file), 'utf8')).toBe(`${request}\n`);
  });

  it('says what a dry run prints', async () => {
    const said = /^.*A dry run of the example prints\s`(?<output>[^`]+)`/mu.exec(page);
    expect(await run('A short note. It is done.', 'dry_run')).toEqual({
      status: 'completed',
      output: said?.groups?.['output'],
    });
  });

  it('shows a tool plan that is carried out', async () => {
    expect(await run('go', 'normal', 'planned')).toEqual({ status: 'completed', output: '3 words' });
  });

  it('names every field of what this version runs', () => {
    const code = [...page.matchAll(/```[^]*?```|`[^`\n]+`/gu)].map(([text]) => text).join('\n');
    const specs = [
      EngineSpec,
      AgentSpec,
      ToolSpec,
      WorkflowSpec,
      PipelinesFile,
      MemorySpec,
      PluginSpec,
      HookPluginSpec,
    ];
    const fields = new Set(specs.flatMap((spec) => fieldsIn(z.toJSONSchema(spec))));
    const named = new Set(code.match(/\$?\w+/gu));
    expect([...fields].filter((field) => !named.has(field))).toEqual([]);
  });

  it('names every field of tools where it tells of tools, or of later versions', () => {
    const sections = page.split(/^## /mu).filter((text) => /^(?:tools\.yaml|Accepted)/u.test(text));
    const named = new Set(sections.join('\n').match(/\w+/gu));
    expect(fieldsIn(z.toJSONSchema(ToolSpec)).filter((field) => !named.has(field))).toEqual([]);
  });

  it('names only files that are there', () => {
    const missing = linkedFiles(page).filter((target) => !existsSync(path.join(root, 'docs', target)));
    expect(missing).toEqual([]);
  });

  it('links only to headings that it has', () => {
    const titles = [...page.matchAll(/^#+ (?<title>.+)$/gmu)].map(({ groups }) => groups?.['title'] ?? '');
    const headings = new Set(titles.map(anchorOf));
    const anchors = [...page.matchAll(/\]\(#(?<anchor>[^)]+)\)/gu)].map(({ groups }) => groups?.['anchor'] ?? '');
    expect(anchors.filter((anchor) => !headings.has(anchor))).toEqual([]);
  });
});

/** As GitHub makes them. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\- ]/gu, '')
    .replaceAll(' ', '-');
}

async function run(
  request: string,
  mode = 'normal',
  project = 'review',
): Promise<{ readonly status: string; readonly output: unknown }> {
  const engine = await Engine.fromConfigDir(path.join(directory, project), { host: 'memory' });
  try {
    const { status, output } = await engine.runOne(request, { mode });
    return { status, output };
  } finally {
    await engine.close();
  }
}

function fieldsIn(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own =
    'properties' in schema && typeof schema.properties === 'object' ? Object.keys(schema.properties ?? {}) : [];
  return [...own, ...Object.values(schema).flatMap(fieldsIn)];
}
