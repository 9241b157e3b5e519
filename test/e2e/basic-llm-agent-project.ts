import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { Engine, type TaskResult } from '../../src/index.ts';

export const root = path.resolve(import.meta.dirname, '../..');
export const example = path.join(root, 'configs/basic_llm_agent');

const made = new Set(['.agent-engine', 'generated_project', 'logs']);
const files = {
  'README.md': '# Harbour\n\nHarbour plans which ship lies at which pier, and tells the crews when to move.\n',
  'docs/piers.md':
    '# Piers\n\nEach pier takes ships of one kind.\n\n## Storms\n\nA storm closes the harbour for a day.\n',
  'src/crane.js': '// A crane lifts no more than nine tons.\nexport const maxTons = 9;\n',
  'node_modules/other/README.md': 'A storm in another package.\n',
};

interface Harbour {
  repository: string;
  /** The copy of the example in it. */
  project: string;
}

/** A small repository with a copy of the example, made anew for each test. */
export function useHarbour(): Harbour {
  const harbour: Harbour = { repository: '', project: '' };
  beforeEach(() => {
    harbour.repository = mkdtempSync(path.join(os.tmpdir(), 'basic llm agent-'));
    harbour.project = path.join(harbour.repository, 'configs/basic_llm_agent');
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(harbour.repository, file)), { recursive: true });
      writeFileSync(path.join(harbour.repository, file), text);
    }
    cpSync(example, harbour.project, { recursive: true, filter: (source) => !made.has(path.basename(source)) });
  });
  afterEach(() => rmSync(harbour.repository, { recursive: true, force: true }));
  return harbour;
}

export async function runExample(
  { project }: Harbour,
  input: unknown,
  options: { readonly mode?: string; readonly tags?: string[] } = {},
): Promise<TaskResult> {
  const engine = await Engine.fromConfigDir(project, { host: 'memory' });
  try {
    expect(engine.warnings).toEqual([]);
    return await engine.runOne(input, options);
  } finally {
    await engine.close();
  }
}

export function readReport({ project }: Harbour): string {
  return readFileSync(path.join(project, 'generated_project/report.md'), 'utf8');
}

/** The stages that ran, in order. */
export function ran({ trace }: TaskResult): string[] {
  return trace.filter(({ status }) => status !== 'skipped').map(({ stage }) => stage);
}

export const written = 'Report: configs/basic_llm_agent/generated_project/report.md in the repository.\n';

/** The points of a report with what was found for each. */
export function pointsIn(report: unknown): string[] {
  const [, said = ''] = String(report).split(/^## .+\n\n/mu);
  return said.trimEnd().split(/\n\n(?=\*\*)/u);
}

export const untilReview = [
  'user_input',
  'is_request',
  'gather_context',
  'read_overview',
  'survey',
  'interpretation',
  'decomposition',
  'planning',
  'lookups',
  'execution',
  'answer',
  'review',
];
