import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

export type Files = Readonly<Record<string, string>>;

/** A directory of its own for the projects of a test file, removed when its tests are done. */
export function temporaryDirectory(): string {
  const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'agent-engine-e2e-')));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function writeFiles(directory: string, files: Files): string {
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(directory, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  return directory;
}

/** How often each stage of a project ran, from the file that its tool appends to. */
export function timesRun(directory: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const lines = readFileSync(path.join(directory, 'counts.txt'), 'utf8').trim().split('\n');
  for (const line of lines) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}

/** A tool that notes that it ran, can wait for a file, and can fail. */
const countTool = `
import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const project = new URL('../', import.meta.url);

export async function count({ stage, gate }, { signal }) {
  appendFileSync(new URL('counts.txt', project), stage + '\\n');
  while (gate !== undefined && !existsSync(new URL(gate, project))) await setTimeout(10, undefined, { signal });
  return { stage };
}

export function fail() {
  throw new Error('The tool broke.');
}
`;

export const toolFiles: Files = {
  'agents.yaml': 'agents: {}\n',
  'tools/count.js': countTool,
  'tools.yaml': `tools:
  count: { type: module, module: ./tools/count.js, export: count }
  fail: { type: module, module: ./tools/count.js, export: fail }
`,
};

/** Three stages in a row; the second one waits for the file "gate". */
export const gatedProject: Files = {
  ...toolFiles,
  'workflow.yaml': `workflow:
  id: gated
  nodes:
    - { id: first, type: tool, tool: count, arguments: { stage: first } }
    - { id: second, type: tool, tool: count, arguments: { stage: second, gate: gate } }
    - { id: third, type: tool, tool: count, arguments: { stage: third } }
    - { id: finished, type: end, output: "All three are done." }
    - { id: broken, type: end, status: failure }
  edges:
    - { from: first, to: second }
    - { from: first, to: broken, type: error }
    - { from: second, to: third }
    - { from: third, to: finished }
`,
};

/** Answers with the request as it came in. */
export const echoProject: Files = {
  'agents.yaml': 'agents: {}\n',
  'workflow.yaml': `workflow:
  id: echo
  nodes:
    - { id: measure, type: transform, output: { kind: "\${{ type(input) == string ? 'text' : 'value' }}", request: "\${{ input }}" } }
    - { id: answer, type: end, output: "\${{ stages.measure.output }}" }
  edges:
    - { from: measure, to: answer }
`,
};
