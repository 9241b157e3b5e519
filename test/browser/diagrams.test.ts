import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { layoutDrawing, loadElkLayout, toSvg } from '../../src/diagram/index.ts';
import { findChromium, openChromium, withoutChromium } from '../support/chromium.ts';
import { drawnSamples } from '../support/diagram/drawn-samples.ts';
import { drawConfigs } from '../support/draw-configs.ts';
import { bundleForPages } from '../support/page-bundle.ts';
import { servePages, type PageServer } from '../support/page-server.ts';

const executable = findChromium();
const Line = z.object({ name: z.string(), parsed: z.string(), svg: z.string().optional() });

let browser: Browser | undefined;
let server: PageServer | undefined;
let lines: readonly z.infer<typeof Line>[] = [];

beforeAll(async () => {
  if (executable === undefined) {
    process.stderr.write(`Skipping the tests in a web page: ${withoutChromium}\n`);
    return;
  }
  const drawings = [...(await drawConfigs())].filter(([name]) => name.endsWith('.mmd'));
  const { code } = await bundleForPages('test/browser/page/diagrams.ts');
  server = await servePages({
    '/drawings.json': JSON.stringify(Object.fromEntries(drawings)),
    '/diagrams.html': '<!doctype html><meta charset="utf-8"><script type="module" src="/diagrams.js"></script>',
    '/diagrams.js': code,
  });
  browser = await openChromium(executable);
  lines = await printedBy(await browser.newPage(), `${server.origin}/diagrams.html`);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

beforeEach(({ skip }) => skip(executable === undefined, withoutChromium));

async function printedBy(tab: Awaited<ReturnType<Browser['newPage']>>, url: string) {
  const printed: z.infer<typeof Line>[] = [];
  const end = Promise.withResolvers<void>();
  tab.on('pageerror', (error) => end.reject(error));
  tab.on('console', (message) => {
    if (message.text() === 'done') end.resolve();
    else if (message.type() === 'log') printed.push(Line.parse(JSON.parse(message.text())));
  });
  await tab.goto(url);
  await end.promise;
  return printed;
}

it('writes flowcharts that Mermaid reads: of every config, of odd names and of many nodes', () => {
  expect(lines.length).toBeGreaterThan(Object.keys(drawnSamples).length + 10);
  expect(lines.filter(({ parsed }) => parsed !== 'flowchart-v2')).toEqual([]);
});

it('draws in a page, under a policy that forbids code from text, what Node draws', async () => {
  const layoutLevel = await loadElkLayout();
  for (const [name, model] of Object.entries(drawnSamples)) {
    const svg = lines.find((line) => line.name === name)?.svg;
    expect({ name, svg }).toEqual({ name, svg: toSvg(await layoutDrawing(model, layoutLevel), { theme: 'dark' }) });
  }
});
