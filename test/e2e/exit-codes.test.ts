import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, inherited, repository, shell, stackPattern, startCli, until } from './cli-process.ts';
import { echoProject, gatedProject, temporaryDirectory, toolFiles, writeFiles, type Files } from './project.ts';

const directory = temporaryDirectory();
const program = path.join(repository, 'bin/agent-engine.js');

function project(name: string, files: Files): string {
  return writeFiles(path.join(directory, name), files);
}

const asking: Files = {
  'workflow.yaml': `workflow:
  id: asking
  nodes:
    - { id: ask, type: feedback, question: "Go on?", actions: [approve, reject] }
    - { id: done, type: end }
  edges: [{ from: ask, to: done }]
`,
};

/** Goes on without what failed. */
const partly: Files = {
  ...toolFiles,
  'workflow.yaml': `workflow:
  id: partly
  nodes:
    - { id: broken, type: tool, tool: fail, on_failure: continue_partial }
    - { id: done, type: end, output: a part }
  edges: [{ from: broken, to: done }]
`,
};

describe('the exit code', () => {
  it('is 0 for a task that was completed', async () => {
    expect(await cli(['run', project('well', echoProject), 'hello'])).toMatchObject({ code: 0 });
  });

  it('is 1 for a task that failed and for manifests that are broken', async () => {
    const failing = { ...gatedProject, 'tools/count.js': 'export function count() { throw new Error("no"); }\n' };
    expect(await cli(['run', project('failing', failing), 'go'])).toMatchObject({ code: 1 });
    const broken = project('broken', { 'workflow.yaml': 'workflow: { id: broken }\n' });
    expect(await cli(['validate', broken])).toMatchObject({ code: 1 });
  });

  it.each([
    [['rum'], 'Unknown command "rum".', 'Did you mean run?'],
    [['memory', 'lst'], 'Unknown command "lst".', 'Did you mean list?'],
    [['help', 'validte'], 'Unknown command "validte".', 'Did you mean validate?'],
    [['run', '--tga', 'x'], 'Unknown option "--tga".', 'Did you mean --tag?'],
    [['paths', '.', '--format', 'xml'], 'Allowed choices are table, json, junit.', 'help:'],
    [['show'], 'Missing required argument "task".', 'help:'],
  ])('is 2 for %j, which cannot be understood, and what is meant is named', async (words, message, hint) => {
    const { code, stdout, stderr } = await cli(words, { cwd: directory });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('error HOST_USAGE');
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(stderr).not.toMatch(stackPattern);
  });

  it('is 3 for a task that waits for an answer', async () => {
    expect(await cli(['run', project('asking', asking), 'go'])).toMatchObject({ code: 3, stdout: '' });
  });

  it('is 4 for a task that came to a part', async () => {
    expect(await cli(['run', project('partly', partly), 'some'])).toMatchObject({ code: 4, stdout: 'a part\n' });
  });

  it('is 130 after Ctrl-C, which pauses the task so that the command it prints ends it', async () => {
    const gated = project('gated', gatedProject);
    const running = startCli(['run', gated, 'go', '--id', 'task'], { cwd: directory });
    await until('the second stage is at work', () => running.stderr().includes('started   second'));
    running.child.kill('SIGINT');
    await until('it is told', () => running.stderr().includes('Pausing'));
    writeFileSync(path.join(gated, 'gate'), '');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    const command = /Paused\. Go on with: (?<command>.+)$/mu.exec(stderr)?.groups?.['command'] ?? '';
    expect(await shell(command, directory)).toMatchObject({ code: 0, stdout: 'All three are done.\n' });
  });

  it('is 130 after a second Ctrl-C, which stops at once what is at work', async () => {
    const gated = project('twice', gatedProject);
    const running = startCli(['run', gated, 'go'], { cwd: directory });
    await until('the second stage is at work', () => running.stderr().includes('started   second'));
    running.child.kill('SIGINT');
    await until('it is told', () => running.stderr().includes('Pausing'));
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/^Stopped\. What was at work begins again with: node .+ resume /mu);
  });
});

describe('a reader that leaves early', () => {
  it.each(['--help', 'schema', 'paths configs/basic_llm_agent --format json'])('is no error for %s', async (words) => {
    const command = `{ "${process.execPath}" "${program}" ${words}; echo "code $?" >&2; } | head -c 1`;
    const { stdout, stderr } = await shell(command, repository);
    expect(stdout).toHaveLength(1);
    expect(stderr).toBe('code 0\n');
  });
});

describe('colours', () => {
  const broken = ['validate', project('coloured', { 'workflow.yaml': 'workflow: { id: broken }\n' })];
  it('come where FORCE_COLOR asks for them, and never where NO_COLOR forbids them', async () => {
    const forced = await cli(broken, { environment: { ...inherited, FORCE_COLOR: '1' } });
    expect(forced.stdout).toContain('\u001B[');
    const forbidden = await cli(broken, { environment: { ...inherited, FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(forbidden.stdout).not.toContain('\u001B[');
    expect((await cli(broken)).stdout).not.toContain('\u001B[');
  });
});
