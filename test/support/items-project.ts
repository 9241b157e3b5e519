import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { expect } from 'vitest';
import { writeFiles, type Files } from '../e2e/project.ts';
import { stackPattern, type Ended } from '../e2e/cli-process.ts';

/** A map over many items for the command line: each notes its attempt in "effects", and gives two thousand letters. */
const itemFiles: Files = {
  'agents.yaml': 'agents: {}\n',
  'tools.yaml': 'tools: { note: { type: module, module: ./tools/note.js, export: note } }\n',
  'tools/note.js': `
import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

export async function note({ item }, { idempotencyKey }) {
  appendFileSync(new URL('../effects', import.meta.url), idempotencyKey + '\\n');
  await setTimeout(2);
  return { item, text: 'x'.repeat(2_000) };
}
`,
  'workflow.yaml': `workflow:
  id: items
  nodes:
    - id: each
      type: map
      items: "\${{ input }}"
      max_parallel: 4
      node: { type: tool, tool: note, arguments: { item: "\${{ item }}" } }
    - { id: finished, type: end, output: "\${{ output.map(o, o.output.item) }}" }
  edges: [{ from: each, to: finished }]
`,
};

/** Items at work at a time, and as many that have just ended and are not written yet. */
export const itemsInFlight = 8;

export function writeItemsProject(directory: string): string {
  return writeFiles(directory, { ...itemFiles, effects: '' });
}

export function itemsUpTo(count: number): string {
  return JSON.stringify(Array.from({ length: count }, (_, at) => at));
}

/** Attempts that were begun, one for each time. */
export function begunItems(directory: string): readonly string[] {
  return readFileSync(path.join(directory, 'effects'), 'utf8').split('\n').slice(0, -1);
}

/** The result of a program that ended well. */
export function outputOf(end: Ended | undefined): unknown {
  expect([end?.code, end?.stderr]).toEqual([0, '']);
  return parse(end?.stdout ?? '');
}

/** What a person sees of an error: its code, a sentence, what to do, and where to read on. */
export function expectClearError(end: Ended | undefined, error: string): void {
  expect([end?.code, end?.signal, end?.stdout]).toEqual([1, null, '']);
  const stderr = end?.stderr ?? '';
  expect(stderr).not.toMatch(stackPattern);
  expect(stderr).toMatch(/^error [A-Z_]+ .+\.\n {2}help: .+\n {2}See docs\/errors\.md#[a-z_]+\n$/u);
  expect(stderr).toContain(`error ${error} `);
}
