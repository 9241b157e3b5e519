import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runEvals } from '../../src/testing/index.ts';
import { configDirectory } from '../support/config-projects.ts';
import { letter, startDesk } from '../support/desk/brain.ts';
import { deskProject } from '../support/desk/project.ts';
import { keyEnvironment } from '../support/desk/providers.ts';
import { readXml } from '../support/read-xml.ts';
import { cli } from './cli-call.ts';
import { inherited, startCli, until } from './cli-process.ts';
import { temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();
let made = 0;
const place = (): string => path.join(directory, `project${(made += 1)}`);

const script = `replies:
  - { agent: writer, match: Never, stall: true }
  - { agent: writer, match: Worse, reply: A bad note. }
  - { agent: writer, reply: A note. }
`;

const notes = {
  'engine.yaml': `engine:
  name: notes
  models: { pen: { provider: scripted, script: pen.yaml } }
  defaults: { model: pen }
`,
  'agents.yaml': 'agents: { writer: { prompt: Write a note. } }\n',
  'workflow.yaml': `workflow:
  id: notes
  nodes: [{ id: write, type: agent, agent: writer }, { id: done, type: end }, { id: failed, type: end, status: failure }]
  edges: [{ from: write, to: done }, { from: write, to: failed, type: error }]
`,
  'pen.yaml': script,
  'evals/notes.yaml': `cases:
  short: { input: Bees., tags: [smoke], expect: { equals: A note. } }
  other: { input: Wasps., expect: { contains: note } }
`,
};

const timeless = (text: string): string => text.replaceAll(/"latency_ms": \d+/gu, '');

describe('the cases that ship', () => {
  it.each(['patterns/reviewer_loop', 'basic_llm_agent'])('of %s pass', async (name) => {
    const { cases, passed } = await runEvals(configDirectory(name), { environment: {} });
    expect(
      cases.flatMap(({ id, runs }) =>
        runs.flatMap(({ findings }) =>
          findings.filter((each) => !each.passed).map(({ message }) => `${id}: ${message ?? ''}`),
        ),
      ),
    ).toEqual([]);
    expect([passed, cases.length > 1]).toEqual([true, true]);
  });
});

describe('agent-engine eval', () => {
  it('prints the table alone on stdout, and how it goes on stderr', async () => {
    const { code, stdout, stderr } = await cli(['eval', writeFiles(place(), notes)]);
    expect([code, stdout.replaceAll(/\d+ tokens/gu, 'N tokens')]).toEqual([
      0,
      `\
✓  notes/short  1/1  score 1.00  no price  N tokens
✓  notes/other  1/1  score 1.00  no price  N tokens

2 cases: 2 passed; no price, N tokens
`,
    ]);
    expect(stderr.split('\n').toSorted()).toEqual([
      '',
      expect.stringMatching(/^It took \d/u),
      expect.stringMatching(/^notes\/other passed \(\d/u),
      expect.stringMatching(/^notes\/short passed \(\d/u),
    ]);
  });

  it('ends with 1 for a case that fails, and writes JUnit XML into a file', async () => {
    const project = writeFiles(place(), { ...notes, 'pen.yaml': 'replies: [{ reply: A <b>bad</b> & "new" one. }]\n' });
    const ended = await cli(['eval', project, '--filter', 'smoke', '-q', '--format', 'junit', '--out', 'evals.xml'], {
      cwd: project,
    });
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: '' });
    const [suite] = readXml(readFileSync(path.join(project, 'evals.xml'), 'utf8')).children;
    expect(suite?.attributes).toMatchObject({ tests: '1', failures: '1' });
    expect(suite?.children[0]?.children[0]?.attributes['message']).toBe(
      'evals/notes.yaml:2:59 expected the output to be "A note.", got "A <b>bad</b> & \\"new\\" one."',
    );
  });

  it('holds the cases against a baseline that it wrote', async () => {
    const project = writeFiles(place(), notes);
    const words = ['eval', project, '-q', '--format', 'json'];
    expect(await cli([...words, '--save-baseline', 'evals/baseline.json'], { cwd: project })).toMatchObject({
      code: 0,
    });
    expect(await cli([...words, '--baseline', 'evals/baseline.json'], { cwd: project })).toMatchObject({ code: 0 });
    writeFileSync(
      path.join(project, 'pen.yaml'),
      script.replace('A note.', `A note. ${'And more of it. '.repeat(40)}`),
    );
    writeFileSync(path.join(project, 'evals/notes.yaml'), notes['evals/notes.yaml'].replace('equals', 'contains'));
    const { code, stdout } = await cli([...words, '--baseline', 'evals/baseline.json'], { cwd: project });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      passed: false,
      totals: { passed: 2 },
      comparison: [
        { id: 'notes/short', change: 'worse', reasons: [expect.stringMatching(/^tokens \d+ → \d+$/u)] },
        { id: 'notes/other', change: 'worse' },
      ],
    });
    const lost = await cli([...words, '--baseline', 'nowhere.json'], { cwd: project });
    expect(lost.code).toBe(1);
    expect(lost.stderr).toContain('HOST_BASELINE_INVALID');
  });

  it('adds to a baseline what a part of the cases came to', async () => {
    const project = writeFiles(place(), notes);
    const file = path.join(project, 'evals/baseline.json');
    const words = ['eval', project, '-q', '--save-baseline', file];
    await cli(words);
    const whole = readFileSync(file, 'utf8');
    expect(await cli([...words, '--filter', 'smoke'])).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toBe(whole);
    writeFileSync(file, 'something else');
    const refused = await cli([...words, '--filter', 'smoke']);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain('HOST_BASELINE_INVALID');
    expect(readFileSync(file, 'utf8')).toBe('something else');
  });

  it('does not write cases that are worse over the baseline they are held against', async () => {
    const project = writeFiles(place(), notes);
    const file = path.join(project, 'evals/baseline.json');
    await cli(['eval', project, '-q', '--save-baseline', file]);
    const good = readFileSync(file, 'utf8');
    writeFileSync(path.join(project, 'pen.yaml'), script.replace('A note.', 'Another one.'));
    const both = ['eval', project, '-q', '--baseline', file, '--save-baseline'];
    const worse = await cli([...both, path.relative(project, file)], { cwd: project });
    expect(worse).toMatchObject({
      code: 1,
      stderr: 'The baseline "evals/baseline.json" stays as it was, since cases are worse.\n',
    });
    expect(readFileSync(file, 'utf8')).toBe(good);
    await cli([...both, 'other.json'], { cwd: project });
    expect(readFileSync(path.join(project, 'other.json'), 'utf8')).toContain('"failed"');
  });

  it.each(['--out', '--save-baseline'])('runs nothing when the file of %s cannot be written', async (option) => {
    const project = writeFiles(place(), notes);
    for (const file of ['nowhere/evals.json', 'pen.yaml/evals.json', 'evals']) {
      const { code, stdout, stderr } = await cli(['eval', project, option, file], { cwd: project });
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('HOST_OUTPUT_UNWRITABLE');
      expect(stderr).not.toContain('passed (');
    }
  });

  it('prints the report when its file cannot be written any more at the end', async () => {
    const stalled = `cases:\n  short: { input: Bees., expect: {} }\n  never: { input: Never., expect: {} }\n`;
    const project = writeFiles(place(), { ...notes, 'evals/notes.yaml': stalled, 'reports/notes.txt': '' });
    const out = path.join(project, 'reports/evals.txt');
    const { child, ended, stderr } = startCli(['eval', project, '--parallel', '1', '--out', out]);
    await until('a case is over', () => stderr().includes('notes/short passed'));
    rmSync(path.dirname(out), { recursive: true });
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(1);
    expect(stdout).toContain('2 cases: 1 passed, 1 not run');
    expect(stderr()).toContain('HOST_OUTPUT_UNWRITABLE');
  });

  it('says once that --max-cost is no limit where no price is known', async () => {
    const project = writeFiles(place(), notes);
    const words = ['eval', project, '-q', '--parallel', '1'];
    const { code, stderr } = await cli([...words, '--max-cost', '0.01']);
    expect([code, stderr]).toEqual([
      0,
      'warning What "notes/short" costs is not known, since a model has no price: --max-cost does not count it.\n',
    ]);
    expect((await cli(words)).stderr).toBe('');
    const price = 'script: pen.yaml, price: { input_per_mtok: 1, output_per_mtok: 1 }';
    writeFileSync(path.join(project, 'engine.yaml'), notes['engine.yaml'].replace('script: pen.yaml', price));
    expect((await cli([...words, '--max-cost', '1'])).stderr).toBe('');
  });

  it('shows what is wrong with cases, as validate does', async () => {
    const project = writeFiles(place(), {
      ...notes,
      'evals/notes.yaml': 'cases: { one: { input: Bees., expect: { contain: a } } }\n',
    });
    const [ended, validated] = await Promise.all([cli(['eval', project]), cli(['validate', project])]);
    const report = 'error MANIFEST_FIELD_UNKNOWN evals/notes.yaml:1:41\n  "contain" is no field of "cases.one.expect".';
    expect([ended.code, ended.stdout, validated.code]).toEqual([1, '', 1]);
    expect(ended.stderr).toContain(report);
    expect(validated.stdout).toContain(report);
    expect(await cli(['run', project, 'Bees.', '-q'])).toMatchObject({ code: 0, stdout: 'A note.\n' });
  });

  it('refuses a folder without cases, and options that make no sense', async () => {
    const project = writeFiles(place(), { ...notes, 'evals/notes.yaml': 'cases: {}\n' });
    const empty = await cli(['eval', project]);
    expect(empty.code).toBe(1);
    expect(empty.stderr).toContain('has no cases');
    const wrong = [
      ['--runs', '0'],
      ['--max-cost', 'much'],
      ['--record', '/tmp'],
      ['--record', '--replay'],
      ['--filter', 'nothing'],
    ];
    for (const words of wrong) expect((await cli(['eval', writeFiles(place(), notes), ...words])).code).toBe(2);
  });

  it('gives a partial report when it is interrupted, and ends with 130', async () => {
    const stalled = `${notes['evals/notes.yaml']}  never: { input: Never., expect: {} }\n`;
    const project = writeFiles(place(), { ...notes, 'evals/notes.yaml': stalled });
    const { child, ended, stderr } = startCli(['eval', project, '--parallel', '1', '--format', 'json']);
    await until('two cases are over', () => stderr().includes('notes/other passed'));
    child.kill('SIGINT');
    const { code, signal, stdout } = await ended;
    expect([code, signal]).toEqual([130, null]);
    const report: unknown = JSON.parse(stdout);
    expect(report).toMatchObject({ passed: false, stopped_by: 'signal', totals: { passed: 2, not_run: 1 } });
    expect(existsSync(path.join(project, '.agent-engine'))).toBe(false);
  });

  it('plays what was recorded without a network, a key or a difference', async () => {
    const desk = await startDesk();
    const evals = `cases:
  sun: { input: Tell me of the sun., runs: 2, expect: { equals: ${JSON.stringify(letter)}, path: { nodes: [research, sent] }, cost: { max_usd: 1 } } }
`;
    const price = { input_per_mtok: 10, output_per_mtok: 20 };
    const files = deskProject({ origin: desk.origin, model: 'claude', isKeyNamed: true, fields: { price } });
    const project = writeFiles(place(), { ...files, 'evals/desk.yaml': evals });
    const words = ['eval', project, '-q', '--format', 'json'];
    const recorded = await cli([...words, '--record'], { environment: { ...inherited, ...keyEnvironment } });
    expect([recorded.code, recorded.stderr]).toEqual([0, '']);
    expect(desk.requests).toHaveLength(8);
    await desk.close();
    const replayed = await cli([...words, '--replay']);
    expect([replayed.code, replayed.stderr]).toEqual([0, '']);
    expect(timeless(replayed.stdout)).toBe(timeless(recorded.stdout));
    writeFileSync(path.join(project, 'evals/desk.yaml'), evals.replace('the sun', 'the moon'));
    const missed = await cli([...words, '--replay']);
    expect(missed.code).toBe(1);
    expect(missed.stdout).toContain('provider.cassette_miss');
  });
});
