import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { inherited, repository } from './cli-process.ts';
import { temporaryDirectory as directoryOfTest } from '../support/project-fixture.ts';
import { echoProject, temporaryDirectory, writeFiles } from './project.ts';
import { commandOnTerminal, hasScript } from './terminal.ts';

const directory = temporaryDirectory();

/** The words that are offered for the last one of a line. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await cli(['complete', 'fish', '--', ...words], { cwd: directory });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => line.split('\t')[0] ?? '');
}

const hasShell = (shell: string): boolean => {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** A directory for PATH in which the program has its name. */
function installed(): string {
  const bin = path.join(directory, 'bin');
  mkdirSync(bin, { recursive: true });
  const file = path.join(bin, 'agent-engine');
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${repository}/bin/agent-engine.js" "$@"\n`);
  chmodSync(file, 0o755);
  return bin;
}

describe('what a shell is told to complete', () => {
  it('are commands, those of commands, and those one wants help on', async () => {
    expect(await offered('re')).toEqual(['resume', 'replay', ':none']);
    expect(await offered('memory', '')).toEqual(['list', 'show', 'add', 'edit', 'forget', 'ingest', 'help', ':none']);
    expect(await offered('help', 'und')).toEqual(['undo', ':none']);
    expect(await offered('compl')).toEqual(['completion', ':none']);
  });

  it('are options that are not given yet, or may be given again', async () => {
    expect(await offered('run', '.', '--dry-run', '--d')).toEqual(['--debug', ':none']);
    expect(await offered('run', '.', '--tag', 'x', '--ta')).toEqual(['--tag', ':none']);
    expect(await offered('run', '.', '--', '--ta')).toEqual([':none']);
  });

  it('are the values of options and arguments that have a fixed set', async () => {
    expect(await offered('paths', '.', '--format', 'j')).toEqual(['json', 'junit', ':none']);
    expect(await offered('paths', '.', '--format=j')).toEqual(['--format=json', '--format=junit', ':none']);
    expect(await offered('tasks', '-s', 'pa')).toEqual(['paused', 'partial', ':none']);
    expect(await offered('completion', '')).toEqual(['bash', 'zsh', 'fish', ':none']);
    expect(await offered('schema', 'p')).toEqual(['pipelines', 'plugins', ':none']);
    expect(await offered('init', '--template', 'to')).toEqual(['tools', ':none']);
  });

  it('are directories and files where those come', async () => {
    expect(await offered('run', 'x')).toEqual([':dir']);
    expect(await offered('validate', '--project', 'x')).toEqual([':dir']);
    expect(await offered('diagram', '.', '--out', 'x')).toEqual([':file']);
    expect(await offered('memory', 'ingest', 'one', 'x')).toEqual([':file']);
  });

  it('are the tasks of the project, where an option names one', async () => {
    const at = writeFiles(path.join(directoryOfTest(), 'drawn'), echoProject);
    await cli(['run', at, 'x', '--id', 'done']);
    expect(await offered('diagram', at, '--format', 'svg', '--task', '')).toEqual(['done', ':none']);
    expect(await offered('diagram', at, '--task=d')).toEqual(['--task=done', ':none']);
  });

  it('are the pipelines of the project that the line names', async () => {
    const project = path.join(repository, 'configs/basic_llm_agent');
    expect(await offered('run', project, '--pipeline', '')).toEqual(['full', 'outline', ':none']);
    expect(await offered('run', '--project', project, '-p', 'o')).toEqual(['outline', ':none']);
    expect(await offered('run', 'nowhere', '-p', '')).toEqual([':none']);
  });

  it('are the stages of the project that the line names', async () => {
    const project = path.join(repository, 'configs/templates/basic');
    expect(await offered('fork', 'task', '--project', project, '--from', '')).toEqual([
      'answer',
      'done',
      'failed',
      ':none',
    ]);
    expect(await offered('run', project, '--break=a')).toEqual(['--break=answer', ':none']);
  });

  it('are tasks of which the command can make something, the newest first', async () => {
    const project = writeFiles(path.join(directory, 'echo'), echoProject);
    for (const id of ['one', 'two']) await cli(['run', project, 'hello', '--id', id]);
    expect(await offered('show', '')).toEqual(['two', 'one', ':none']);
    expect(await offered('show', 'o')).toEqual(['one', ':none']);
    expect(await offered('resume', '')).toEqual([':none']);
    expect(await offered('replay', '--project', project, 't')).toEqual(['two', ':none']);
  });
});

describe('the scripts of agent-engine completion', () => {
  // Not every machine has each shell, and Tab takes a terminal, which "script" gives.
  it.skipIf(!hasShell('bash') || !hasScript)('complete in bash, as one types', async () => {
    const environment = { PATH: `${installed()}:${inherited.PATH}`, PS1: '$ ' };
    const keys = ['source <(agent-engine completion bash)\r', 'agent-engine compl\t', 'fi\t', '\r', 'exit\r'];
    const { stdout } = await commandOnTerminal('bash --norc --noprofile -i', { cwd: directory, keys, environment });
    const screen = stripVTControlCharacters(stdout);
    expect(screen).toContain('agent-engine completion fish');
    expect(screen).toContain('# Completion of agent-engine for fish.');
  });

  // Bash is not on every machine.
  it.skipIf(!hasShell('bash'))('give bash what comes after a "=", and directories by itself', () => {
    mkdirSync(path.join(directory, 'a project'), { recursive: true });
    const script = `source <(agent-engine completion bash)
      try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _agent_engine; printf '<%s>' "\${COMPREPLY[@]}"; echo; }
      try agent-engine paths . --format = j
      try agent-engine run a`;
    const printed = execFileSync('bash', ['--norc', '-c', script], {
      cwd: directory,
      encoding: 'utf8',
      env: { ...inherited, PATH: `${installed()}:${inherited.PATH}` },
    });
    expect(printed).toBe('<json><junit>\n<a project>\n');
  });

  // Fish is on few machines.
  it.skipIf(!hasShell('fish'))('complete in fish', () => {
    const script = 'agent-engine completion fish | source; complete -C "agent-engine paths . --format j"';
    const env = { ...inherited, PATH: `${installed()}:${inherited.PATH}` };
    const [fish] = ['fish'];
    expect(execFileSync(fish, ['--no-config', '-c', script], { encoding: 'utf8', env })).toBe('json\njunit\n');
  });

  // Zsh is not on every machine.
  it.skipIf(!hasShell('zsh'))('are read by zsh', () => {
    const script =
      'autoload -Uz compinit && compinit -D && source <(agent-engine completion zsh) && print $_comps[agent-engine]';
    const env = { ...inherited, PATH: `${installed()}:${inherited.PATH}` };
    expect(execFileSync('zsh', ['-f', '-c', script], { encoding: 'utf8', env })).toBe('_agent_engine\n');
  });
});
