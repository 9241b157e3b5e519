import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/index.ts';
import {
  example,
  ran,
  readReport,
  root,
  runExample,
  untilReview,
  useHarbour,
  written,
} from './basic-llm-agent-project.ts';

const harbour = useHarbour();

/** Changes a manifest; the text has to be there. */
function edit(file: string, from: string, to: string): void {
  const place = path.join(harbour.project, file);
  const text = readFileSync(place, 'utf8');
  expect(text).toContain(from);
  writeFileSync(place, text.replace(from, to));
}

describe('configs/basic_llm_agent', () => {
  it('answers from the files, in the order of the request, and writes the report', async () => {
    const result = await runExample(harbour, 'How much does a crane lift? What does a storm do to the harbour?');
    expect(ran(result)).toEqual([...untilReview, 'report', 'write_report', 'results']);
    const report = readReport(harbour);
    const parts = report.split('\n\n## ');
    expect(parts.slice(1)).toEqual([
      `What the files say

**How much does a crane lift?** (looked for: crane, lift)

- src/crane.js:1
  A crane lifts no more than nine tons.

**What does a storm do to the harbour?** (looked for: harbour, storm)

- docs/piers.md:7
  A storm closes the harbour for a day.
- README.md:3
  Harbour plans which ship lies at which pier, and tells the crews when to move.`,
      expect.stringMatching(
        /^The project\n\nHarbour plans which ship lies at which pier, and tells the crews when to move\.\n\n\d+ files, of which \d+ were read:\n\n- configs\/ — \d+ files in basic_llm_agent\n- docs\/ — 1 file\n- src\/ — 1 file\n\nRead first: README\.md\.\n$/u,
      ),
    ]);
    expect(result.output).toBe(`${report}\n${written}`);
    expect(result.status).toBe('completed');
  });

  it('looks again with fewer words for a point that has nothing', async () => {
    const result = await runExample(
      harbour,
      'What does a storm do to the harbour? Which pier has purple lanterns with ravens?',
    );
    expect(ran(result)).toEqual([...untilReview, 'look_again', 'report', 'write_report', 'results']);
    expect(result.output).toContain('A storm closes the harbour for a day.');
  });

  it('writes nothing in a dry run', async () => {
    const result = await runExample(harbour, 'How much does a crane lift?', { mode: 'dry_run' });
    expect(result.output).toContain('No report was written: the task runs as dry_run.');
    expect(existsSync(path.join(harbour.project, 'generated_project/report.md'))).toBe(false);
  });

  it('takes the fallback edge where there is no README', async () => {
    rmSync(path.join(harbour.repository, 'README.md'));
    const result = await runExample(harbour, 'How much does a crane lift?');
    expect(result.trace.find(({ stage }) => stage === 'read_overview')?.status).toBe('failed');
    expect(result.status).toBe('completed');
    expect(result.output).toContain('A crane lifts no more than nine tons.');
  });

  it('takes the error edge when a tool fails, and fails with the reason', async () => {
    writeFileSync(
      path.join(harbour.project, 'tools/find-passages.js'),
      'export function findPassages() { throw new Error("the index is gone"); }\n',
    );
    const result = await runExample(harbour, 'How much does a crane lift?');
    expect(ran(result)).toEqual([...untilReview.slice(0, -2), 'failed']);
    expect(result.status).toBe('failed');
    expect(result.output).toBe('The task ended early: Tool "find_passages" failed: the index is gone.');
  });

  it('outlines the work in the other pipeline', async () => {
    const result = await runExample(harbour, 'How much does a crane lift?', { tags: ['outline'] });
    expect(ran(result)).toEqual(untilReview.slice(0, -3));
    expect(result.output).toEqual([{ point: 'How much does a crane lift?', terms: ['crane', 'lift'] }]);
  });
});

describe('a change of the manifests alone', () => {
  it('turns the decision the other way', async () => {
    edit('workflow.yaml', 'lookups.all(l, size(l.passages) > 0)', 'lookups.all(l, size(l.passages) > 1)');
    const result = await runExample(harbour, 'How much does a crane lift?');
    expect(ran(result)).toEqual([...untilReview, 'look_again', 'report', 'write_report', 'results']);
  });

  it('leaves a stage out', async () => {
    edit('workflow.yaml', '{ from: report, to: write_report }', '{ from: report, to: results }');
    edit('workflow.yaml', '{ from: unanswered, to: write_report }', '{ from: unanswered, to: results }');
    edit('workflow.yaml', '    - { from: write_report, to: results }\n', '');
    edit('workflow.yaml', '    - { from: write_report, to: failed, type: error }\n', '');
    const text = readFileSync(path.join(harbour.project, 'workflow.yaml'), 'utf8');
    const node = /    - id: write_report\n[^]*?\n\n/u;
    const report = /\n +\$\{\{ has\(stages\.write_report[^]*?\}\}\n/u;
    writeFileSync(path.join(harbour.project, 'workflow.yaml'), text.replace(node, '').replace(report, '\n'));
    edit('tools.yaml', readFileSync(path.join(harbour.project, 'tools.yaml'), 'utf8').split('\n\n').at(-1) ?? '', '');
    const result = await runExample(harbour, 'How much does a crane lift?');
    expect(ran(result)).toEqual([...untilReview, 'report', 'results']);
  });

  it('adds a branch that runs beside the others', async () => {
    edit('workflow.yaml', '  edges:\n', '    - { id: note, type: transform, output: seen }\n\n  edges:\n');
    edit('workflow.yaml', '  edges:\n', '  edges:\n    - { from: survey, to: note }\n');
    edit('pipelines.yaml', 'ends: [results,', 'ends: [note, results,');
    const result = await runExample(harbour, 'How much does a crane lift?', { mode: 'dry_run' });
    expect(ran(result)).toContain('note');
    expect(result.status).toBe('completed');
  });
});

describe('on this repository', () => {
  it('counts what is there and cites lines that are there', async () => {
    const engine = await Engine.fromConfigDir(example, { host: 'memory' });
    const { output } = await engine.runOne('How is a killed task resumed?', { mode: 'dry_run' });
    await engine.close();
    const report = String(output);
    const entries = readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true });
    const count = entries.filter((entry) => entry.isFile()).length;
    expect(report).toContain(`\n- src/ — ${count} files in `);
    const cited = [...report.matchAll(/^- (?<file>\S+):(?<line>\d+)\n {2}(?<start>\S+ \S+)/gmu)];
    expect(cited.length).toBeGreaterThan(0);
    for (const { groups } of cited) {
      const lines = readFileSync(path.join(root, groups?.['file'] ?? ''), 'utf8').split('\n');
      expect(lines[Number(groups?.['line']) - 1]).toContain(groups?.['start']);
    }
  });
});

describe('npm start', () => {
  it('runs the default request of the example and prints the report', async () => {
    const { code, stdout } = await start([]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# How is a killed task resumed\?.*\n\nNo passage of the \d+ files/u);
  });

  it('takes another request', async () => {
    const { code, stdout } = await start(['How much does a crane lift?']);
    expect(code).toBe(0);
    expect(stdout).toContain('- src/crane.js:1\n  A crane lifts no more than nine tons.');
  });
});

/** What the start script of package.json runs, in the copy. */
async function start(request: readonly string[]): Promise<{ readonly code: number | null; readonly stdout: string }> {
  const bin = path.join(root, 'bin/agent-engine.js');
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [bin, 'run', 'configs/basic_llm_agent', ...request],
      { cwd: harbour.repository },
      (_error, stdout) => resolve({ code: child.exitCode, stdout }),
    );
  });
}
