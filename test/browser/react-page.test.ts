import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { findChromium, openChromium, withoutChromium } from '../support/chromium.ts';
import { bundleForPages } from '../support/page-bundle.ts';
import { servePages, type PageServer } from '../support/page-server.ts';

const example = path.resolve(import.meta.dirname, '../../examples/react-page');
const executable = findChromium();
const fileOf = (name: string): string => readFileSync(path.join(example, name), 'utf8');

let browser: Browser | undefined;
let server: PageServer | undefined;
const errors: string[] = [];
const requests: string[] = [];

beforeAll(async () => {
  if (executable === undefined) return;
  const { code } = await bundleForPages('examples/react-page/src/main.tsx');
  server = await servePages({
    '/index.html': fileOf('index.html'),
    '/style.css': fileOf('style.css'),
    '/page.js': code,
  });
  browser = await openChromium(executable);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

beforeEach(({ skip }) => {
  skip(executable === undefined, withoutChromium);
  errors.length = 0;
  requests.length = 0;
});

/** Closes the page, and says what went wrong in it and what it asked of others. */
async function leave(
  page: Page,
): Promise<{ readonly errors: readonly string[]; readonly elsewhere: readonly string[] }> {
  await page.context().close();
  return { errors, elsewhere: requests.filter((url) => new URL(url).origin !== server?.origin) };
}
const quiet = { errors: [], elsewhere: [] };

/** An answer that takes this long keeps its stage at work until the test looks away. */
const forEverMs = 10 ** 8;

async function openPage(paceMs: number, settings: BrowserContextOptions = {}): Promise<Page> {
  if (browser === undefined || server === undefined) throw new Error(withoutChromium);
  const context = await browser.newContext({ viewport: { width: 1_180, height: 1_000 }, ...settings });
  context.on('request', (request) => requests.push(request.url()));
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('console', (message) => errors.push(...(message.type() === 'error' ? [message.text()] : [])));
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${server.origin}/index.html?pace=${paceMs}`);
  return page;
}

async function statesIn(page: Page): Promise<Record<string, string>> {
  const states: Record<string, string> = {};
  for (const node of await page.locator('[data-node]').all())
    states[(await node.getAttribute('data-node')) ?? ''] = (await node.getAttribute('data-state')) ?? '';
  return states;
}

const verdict = (page: Page, name: string) => page.locator(`[data-verdict="${name}"]`).waitFor();

const idle = {
  check: 'idle',
  read: 'idle',
  summary: 'idle',
  keywords: 'idle',
  together: 'idle',
  card: 'idle',
  done: 'idle',
  too_short: 'idle',
  failed: 'idle',
};
const atWork = { ...idle, check: 'done', read: 'done', summary: 'running', keywords: 'running', too_short: 'skipped' };
const finished = {
  check: 'done',
  read: 'done',
  summary: 'done',
  keywords: 'done',
  together: 'done',
  card: 'done',
  done: 'done',
  too_short: 'skipped',
  failed: 'skipped',
};

/** Kept when somebody wants to look at them. */
async function picture(page: Page, name: string): Promise<void> {
  const { PICTURES: directory } = process.env;
  if (directory !== undefined) await page.screenshot({ path: path.join(directory, `${name}.png`), fullPage: true });
}

describe('the example page in React', () => {
  it('shows the nodes before anything runs, and their states as the task goes on to its end', async () => {
    const page = await openPage(forEverMs, { colorScheme: 'light' });
    expect(await statesIn(page)).toEqual(idle);
    await page.getByRole('button', { name: 'Run' }).press('Enter');
    await page.locator('[data-node="summary"][data-state="running"]').waitFor();
    expect(await statesIn(page)).toEqual(atWork);
    expect(await page.getByRole('status').textContent()).toBe('At work: summary, keywords');
    await picture(page, 'running-light');
    expect(await leave(page)).toEqual(quiet);

    const quick = await openPage(0, { colorScheme: 'dark' });
    await quick.getByRole('button', { name: 'Run' }).click();
    await verdict(quick, 'completed');
    expect(await statesIn(quick)).toEqual(finished);
    const result = await quick.getByRole('article', { name: 'The result' }).textContent();
    expect(result).toMatch(/lighthouse[^]+Key words: .*lighthouse/iu);
    await picture(quick, 'finished-dark');
    expect(await leave(quick)).toEqual(quiet);
  });

  it('goes on after a reload in the middle, with what was done before', async () => {
    const page = await openPage(forEverMs);
    await page
      .getByLabel('Text to read')
      .fill('Owls hunt at night. Their feathers let them fly without a sound over the fields.');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.locator('[data-node="keywords"][data-state="running"]').waitFor();
    await page.goto(`${server?.origin ?? ''}/index.html?pace=${forEverMs}`);
    await page.locator('[data-node="keywords"][data-state="running"]').waitFor();
    expect(await statesIn(page)).toEqual(atWork);
    await page.goto(`${server?.origin ?? ''}/index.html?pace=0`);
    await verdict(page, 'completed');
    expect(await statesIn(page)).toEqual(finished);
    expect(await page.getByRole('article').textContent()).toMatch(/owls/iu);
    await page.reload();
    await verdict(page, 'completed');
    expect(await page.getByRole('article').textContent()).toMatch(/owls/iu);
    expect(await leave(page)).toEqual(quiet);
  });

  it('shows where a text is too short, and takes another one', async () => {
    const page = await openPage(0, { colorScheme: 'dark' });
    await page.getByLabel('Text to read').fill('Too short.');
    await page.getByRole('button', { name: 'Run' }).click();
    await verdict(page, 'failed');
    expect(await page.getByRole('article', { name: 'What went wrong' }).textContent()).toBe(
      'Give a text of at least 40 characters.',
    );
    await picture(page, 'failed-dark');
    await page
      .getByLabel('Text to read')
      .fill('Owls hunt at night. Their feathers let them fly without a sound over the fields.');
    await page.getByRole('button', { name: 'Run' }).click();
    await verdict(page, 'completed');
    expect(await leave(page)).toEqual(quiet);
  });

  it('cancels what is at work', async () => {
    const page = await openPage(forEverMs);
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await verdict(page, 'cancelled');
    const { check, summary, keywords, card } = await statesIn(page);
    expect({ check, summary, keywords, card }).toEqual({
      check: 'done',
      summary: 'cancelled',
      keywords: 'cancelled',
      card: 'cancelled',
    });
    expect(await leave(page)).toEqual(quiet);
  });

  it('shows the problems of a bad manifest with their places, and runs one that was mended', async () => {
    const page = await openPage(0, { colorScheme: 'light' });
    await page.getByText('The workflow', { exact: true }).click();
    const manifest = page.getByLabel('workflow.yaml');
    const text = await manifest.inputValue();
    await manifest.fill(text.replace('{ from: card, to: done }', '{ from: card, to: dome }'));
    const problems = await page.getByRole('alert').textContent();
    expect(problems).toContain('MANIFEST_EDGE_TARGET_UNKNOWN');
    expect(problems).toMatch(/workflow\.yaml:\d+:\d+/u);
    expect(await page.getByRole('button', { name: 'Run' }).isDisabled()).toBe(true);
    await picture(page, 'problems-light');
    await manifest.fill(text);
    await page.getByRole('button', { name: 'Run' }).click();
    await verdict(page, 'completed');
    expect(await leave(page)).toEqual(quiet);
  });

  it('says of every node its state in words, and has a name for every field', async () => {
    const page = await openPage(0);
    await page.getByRole('button', { name: 'Run' }).click();
    await verdict(page, 'completed');
    const words = await page.locator('[data-node] .state').allTextContents();
    expect(words).toEqual(Object.values(await statesIn(page)));
    await page.getByText('The workflow', { exact: true }).click();
    expect(await page.getByRole('textbox').count()).toBe(2);
    for (const box of await page.getByRole('textbox').all()) {
      const id = await box.getAttribute('id');
      expect(await page.locator(`label[for="${id}"]`).count()).toBe(1);
    }
    expect(await leave(page)).toEqual(quiet);
  });
});
