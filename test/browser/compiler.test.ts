import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { findChromium, openChromium, withoutChromium } from '../support/chromium.ts';
import { configDirectory, configNames } from '../support/config-projects.ts';
import { markdownBlocks } from '../support/markdown-blocks.ts';
import { bundleForPages } from '../support/page-bundle.ts';
import { servePages, type PageServer } from '../support/page-server.ts';
import { readTexts, sampleNames, samplesDirectory } from '../support/sample-project.ts';
import { brokenProject, hashingProject, largeProject, tryingProject } from './page-projects.ts';
import { reportProject, type ProjectFiles } from './page/project-report.ts';

const root = path.resolve(import.meta.dirname, '../..');
const executable = findChromium();

const projects: Readonly<Record<string, ProjectFiles>> = {
  ...Object.fromEntries(configNames().map((name) => [name, filesIn(configDirectory(name))] as const)),
  broken: brokenProject,
  trying: tryingProject,
  chain: largeProject(200, 1),
  wide: largeProject(200, 20),
  ...Object.fromEntries(
    (['valid', 'invalid'] as const).flatMap((kind) =>
      sampleNames(kind).map((name) => [`${kind}/${name}`, filesIn(path.join(samplesDirectory, kind, name))] as const),
    ),
  ),
};

function filesIn(directory: string): ProjectFiles {
  return Object.fromEntries(readTexts(directory));
}

const page = (script: string): string =>
  `<!doctype html><meta charset="utf-8"><title>Page</title>
<script src="/watch.js"></script><script type="module" src="${script}"></script>`;

/** Says what the policy refused, before anything else is loaded. */
const watch = `addEventListener('securitypolicyviolation', (event) => {
  console.warn('refused', event.effectiveDirective, event.blockedURI);
});`;

/** What the policy refuses last. Refusals are told in their order, so no other one can follow. */
const lastOffence = `{
  const script = document.createElement('script');
  script.textContent = ';';
  document.head.append(script);
}`;
const lastRefusal = 'refused script-src-elem inline';

let browser: Browser | undefined;
let server: PageServer | undefined;

beforeAll(async () => {
  if (executable === undefined) {
    process.stderr.write(`Skipping the tests in a web page: ${withoutChromium}\n`);
    return;
  }
  const files: Record<string, string> = {
    '/watch.js': watch,
    '/projects.json': JSON.stringify({ ...projects, hashing: hashingProject }),
  };
  for (const name of ['projects', 'example', 'quiet-example']) {
    const { code } = await bundleForPages(`test/browser/page/${name}.ts`);
    Object.assign(files, { [`/${name}.html`]: page(`/${name}.js`), [`/${name}.js`]: code });
  }
  server = await servePages(files);
  browser = await openChromium(executable);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens a page until it prints its last line. Says what it printed, what was an error, and what it asked of others. */
async function visit(file: string, lastLine: string) {
  if (browser === undefined || server === undefined) throw new Error(withoutChromium);
  const { origin } = server;
  const context = await browser.newContext();
  const requests: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  const tab = await context.newPage();
  const printed: string[] = [];
  const refused: string[] = [];
  const errors: string[] = [];
  const end = Promise.withResolvers<void>();
  const refusedLast = Promise.withResolvers<void>();
  tab.on('console', (message) => {
    const line = message.text();
    if (line === lastLine) end.resolve();
    if (line === lastRefusal) refusedLast.resolve();
    else if (line.startsWith('refused ')) refused.push(line);
    else if (message.type() !== 'error') printed.push(line);
    else if (!line.includes('inline script')) errors.push(line);
  });
  tab.on('pageerror', (error) => end.reject(error));
  await tab.goto(`${origin}${file}`);
  await end.promise;
  await tab.evaluate(lastOffence);
  await refusedLast.promise;
  await context.close();
  return { printed, refused, errors, elsewhere: requests.filter((url) => new URL(url).origin !== origin) };
}

beforeEach(({ skip }) => skip(executable === undefined, withoutChromium));

describe('the compiler in a web page whose policy forbids code from text', () => {
  let visited: Awaited<ReturnType<typeof visit>> | undefined;

  beforeAll(async () => {
    if (executable !== undefined) visited = await visit('/projects.html', 'done');
  });

  const reportOf = (name: string): unknown => {
    const start = `{"name":${JSON.stringify(name)},`;
    return Line.parse(JSON.parse(visited?.printed.find((line) => line.startsWith(start)) ?? 'null')).report;
  };

  it.each(Object.entries(projects))('reads, steps, runs and explores %s as Node does', async (name, files) => {
    expect(reportOf(name)).toEqual(JSON.parse(JSON.stringify(await reportProject(files))));
  });

  it('tells every problem of a broken manifest with its line and column', () => {
    const { problems } = Problems.parse(reportOf('broken'));
    expect(problems.map(({ code, file, line, column }) => `${code} ${file}:${line}:${column}`)).toEqual([
      'MANIFEST_FIELD_UNKNOWN agents.yaml:4:5',
      'MANIFEST_EDGE_TARGET_UNKNOWN workflow.yaml:10:27',
    ]);
  });

  it('covers every way through the example workflow, and runs each to its verdict', () => {
    const [pipeline] = Compiled.parse(reportOf('basic_llm_agent')).compiled.pipelines;
    const { coverage = [], scenarios = [], runs = [] } = pipeline ?? {};
    for (const found of coverage) {
      const { goals, covered, infeasible, undecided } = Coverage.parse(found);
      expect({ covered, undecided }).toEqual({ covered: goals - infeasible.length, undecided: [] });
    }
    expect(coverage).toHaveLength(5);
    expect(runs.map(({ value }) => value)).toEqual(scenarios.map(({ verdict }) => verdict));
    expect(new Set(runs.map(({ value }) => value))).toContain('completed');
  });

  it.each(['chain', 'wide'])('steps a %s of 200 nodes to its end', (name) => {
    const [pipeline] = Compiled.parse(reportOf(name)).compiled.pipelines;
    const [walk] = pipeline?.steps ?? [];
    expect(walk?.value).toBe('completed');
    expect(walk?.statuses).toEqual(Array.from({ length: 200 }, (_, index) => [`n${index}`, 'done']));
  });

  it('refuses a prompt that it cannot render at once, instead of printing something else', () => {
    expect(Prompts.parse(reportOf('hashing')).compiled.prompts).toEqual([
      { id: 'writer', variables: [], text: { error: 'The filter "sha256" is not available in a web page.' } },
    ]);
  });

  it('asks nobody but its own server, and meets no error', () => {
    expect({ errors: visited?.errors, elsewhere: visited?.elsewhere }).toEqual({ errors: [], elsewhere: [] });
  });
});

describe('docs/web-page.md', () => {
  const guide = readFileSync(path.join(root, 'docs/web-page.md'), 'utf8');
  const blocks = markdownBlocks(guide);
  const textOf = (file: string): string =>
    readFileSync(path.join(root, 'test/browser/page', file), 'utf8').replace(
      '../../../src/manifest-compiler/index.ts',
      'agent-engine/compiler',
    );

  it('shows the program of the example page, and what it prints', async () => {
    const { printed, ...rest } = await visit('/quiet-example.html', 'completed');
    expect(blocks.find(({ language }) => language === 'ts')?.text).toBe(textOf('example.ts'));
    expect(blocks.find(({ language }) => language === 'text')?.text).toBe(`${printed.join('\n')}\n`);
    expect(rest).toEqual({ refused: [], errors: [], elsewhere: [] });
  });

  it('tells how the one refusal of the policy is avoided', async () => {
    const { refused } = await visit('/example.html', 'completed');
    expect(refused).toEqual(['refused script-src eval']);
    expect(blocks.filter(({ language }) => language === 'ts').map(({ text }) => text)).toContain(
      textOf('without-eval.ts'),
    );
  });
});

const Line = z.object({ name: z.string(), report: z.unknown() });
const Problems = z.object({
  problems: z.array(z.object({ code: z.string(), file: z.string(), line: z.number(), column: z.number() })),
});
const Coverage = z.object({
  goals: z.number(),
  covered: z.number(),
  infeasible: z.array(z.unknown()),
  undecided: z.array(z.unknown()),
});
const Prompts = z.object({ compiled: z.object({ prompts: z.array(z.unknown()) }) });
const Compiled = z.object({
  compiled: z.object({
    pipelines: z.array(
      z.object({
        coverage: z.array(z.unknown()),
        scenarios: z.array(z.object({ verdict: z.string() })),
        runs: z.array(z.object({ value: z.unknown() })),
        steps: z.array(z.object({ value: z.unknown(), statuses: z.array(z.tuple([z.string(), z.string()])) })),
      }),
    ),
  }),
});
