import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Engine, loadProject } from '../../src/index.ts';
import { testPaths } from '../../src/testing/index.ts';
import { cli } from './cli-call.ts';
import { shell } from './cli-process.ts';
import { temporaryDirectory as directoryOfTest } from '../support/project-fixture.ts';
import { temporaryDirectory } from './project.ts';
import { hasScript, onTerminal } from './terminal.ts';

const directory = temporaryDirectory();
const inDirectory = { cwd: directory };

/** Every folder that templates come from, as the package brings it. */
const templates = ['templates', 'patterns', 'examples'].flatMap((folder) => {
  try {
    return readdirSync(path.resolve(import.meta.dirname, '../../configs', folder));
  } catch {
    return [];
  }
});
const names = [...new Set(templates)];

function filesIn(project: string): readonly string[] {
  return readdirSync(path.join(directory, project), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(path.join(directory, project), path.join(entry.parentPath, entry.name)))
    .toSorted();
}

describe('agent-engine init', () => {
  it('knows every template that ships', async () => {
    const { code, stdout } = await cli(['init', '--list', '--json'], inDirectory);
    expect(code).toBe(0);
    const listed = z.array(z.strictObject({ id: z.string(), description: z.string() })).parse(JSON.parse(stdout));
    expect(listed.map(({ id }) => id)).toEqual(names);
    for (const { description } of listed) expect(description).toMatch(/\S/u);
  });

  it.each(names)(
    'makes of %s a project that is valid, runs offline and whose paths can all be walked',
    async (name) => {
      const { code, stderr } = await cli(['init', name, '--template', name], inDirectory);
      expect(stderr).toContain(`run ${name}\n`);
      expect(code).toBe(0);
      const project = path.join(directory, name);
      const { problems, compiled } = await loadProject(project, { environment: {} });
      expect(problems).toEqual([]);
      if (compiled === undefined) throw new Error('It does not compile.');
      expect(testPaths(compiled)).toMatchObject({ passed: true });
      const engine = await Engine.fromConfigDir(project, { host: 'memory', console: 'quiet' });
      try {
        const { status } = await engine.runOne(compiled.project.engine.default_request ?? 'Say what you can.');
        expect(['completed', 'waiting']).toContain(status);
      } finally {
        await engine.close();
      }
    },
  );

  it('runs and validates on the command line with what it prints, from anywhere', async () => {
    const { stdout, stderr } = await cli(['init', 'mine', '-t', 'tools'], inDirectory);
    expect(
      stdout
        .split('\n')
        .filter((line) => line !== '')
        .toSorted(),
    ).toEqual(filesIn('mine').map((file) => path.join('mine', file)));
    const commands = stderr.split('\n').flatMap((line) => /^ {2}(node .+)$/u.exec(line)?.[1] ?? []);
    expect(commands.map((command) => command.replace(/^.*agent-engine\.js /u, ''))).toEqual([
      'validate mine',
      'run mine',
      'diagram mine',
      'paths mine --test',
    ]);
    for (const command of commands) expect(await shell(command, directory)).toMatchObject({ code: 0 });
    expect(readFileSync(path.join(directory, 'mine/.gitignore'), 'utf8')).toBe(
      '.agent-engine/\ngenerated_project/\nlogs/\n',
    );
  });

  it('gives editors a schema for every manifest of the project', async () => {
    await cli(['init', 'edited', '-t', 'orchestrator'], inDirectory);
    const project = path.join(directory, 'edited');
    const manifests = filesIn('edited').filter((file) => file.endsWith('.yaml'));
    expect(manifests).toContain('workflows/section.yaml');
    for (const file of manifests) {
      const place = /^# yaml-language-server: \$schema=(?<place>\S+)\n/u.exec(
        readFileSync(path.join(project, file), 'utf8'),
      )?.groups?.['place'];
      const schema = path.resolve(project, path.dirname(file), place ?? '');
      expect(JSON.parse(readFileSync(schema, 'utf8'))).toHaveProperty('$schema');
    }
    expect(readFileSync(path.join(project, 'README.md'), 'utf8')).not.toContain('configs/');
  });

  it.each(['chat', 'routing'])(
    'keeps the words of links that lead out of the template %s, without the links',
    async (name) => {
      await cli(['init', `linked-${name}`, '-t', name], inDirectory);
      const readme = readFileSync(path.join(directory, `linked-${name}`, 'README.md'), 'utf8');
      expect(readme).not.toContain('](../');
      expect(readme).toMatch(/of `agent-engine\/patterns` make this|every other decision\./u);
    },
  );

  it('takes the current directory and the least template where nobody can be asked, and adds to .gitignore', async () => {
    const { cwd } = { cwd: directoryOfTest() };
    writeFileSync(path.join(cwd, '.gitignore'), '/logs\n.env');
    const { code, stdout } = await cli(['init', '--json'], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ directory: cwd, template: 'basic' });
    expect(readFileSync(path.join(cwd, '.gitignore'), 'utf8')).toBe(
      '/logs\n.env\n.agent-engine/\ngenerated_project/\n',
    );
  });

  it('says of the current directory in words where the project is', async () => {
    const { stderr } = await cli(['init', '.'], { cwd: directoryOfTest() });
    expect(stderr).toContain('\nThe project is in this directory. Go on with:\n');
  });

  it('writes over nothing without --force, and then not even what is free', async () => {
    const cwd = directoryOfTest();
    writeFileSync(path.join(cwd, 'engine.yaml'), 'mine\n');
    const { code, stdout, stderr } = await cli(['init', '.'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(`error HOST_OUTPUT_UNWRITABLE The directory "${cwd}" has "engine.yaml" already.`);
    expect(stderr).toContain('--force');
    expect(readdirSync(cwd)).toEqual(['engine.yaml']);
    expect((await cli(['init', '.', '--force'], { cwd })).code).toBe(0);
    expect(readFileSync(path.join(cwd, 'engine.yaml'), 'utf8')).toContain('name: basic');
  });

  const obstacles = {
    'a .gitignore that is a directory': (cwd: string) => mkdirSync(path.join(cwd, '.gitignore')),
    'a .schemas that is a file': (cwd: string) => writeFileSync(path.join(cwd, '.schemas'), ''),
    'a link that leads out of the project': (cwd: string) =>
      symlinkSync(path.join(cwd, '../out'), path.join(cwd, '.schemas')),
    'a link for a file that leads nowhere': (cwd: string) => symlinkSync('../out', path.join(cwd, 'workflow.yaml')),
    'a schema of its own': (cwd: string) => {
      mkdirSync(path.join(cwd, '.schemas'));
      writeFileSync(path.join(cwd, '.schemas/workflow.schema.json'), '{"mine":1}');
    },
  } satisfies Record<string, (cwd: string) => void>;

  it.each(Object.entries(obstacles))('writes nothing at all where there is %s, also with --force', async (_, put) => {
    const above = directoryOfTest();
    const cwd = path.join(above, 'project');
    mkdirSync(cwd);
    put(cwd);
    const before = readdirSync(cwd, { recursive: true });
    for (const words of [[], ['--force']]) {
      const { code, stdout, stderr } = await cli(['init', '.', ...words], { cwd });
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('error HOST_OUTPUT_UNWRITABLE');
      expect(stderr).not.toContain('--out');
    }
    expect(readdirSync(cwd, { recursive: true })).toEqual(before);
    expect(readdirSync(above)).toEqual(['project']);
  });

  it('names the nearest template to one that is not there', async () => {
    const { code, stderr } = await cli(['init', 'x', '-t', 'approvl'], inDirectory);
    expect(code).toBe(2);
    expect(stderr).toContain('error HOST_USAGE There is no template called "approvl".');
    expect(stderr).toContain('"approval"');
  });

  // "script" gives it a terminal; not every machine has it.
  it.skipIf(!hasScript)('asks on a terminal for the directory and the template', async () => {
    const cwd = directoryOfTest();
    // The second template of the list, by one step down.
    const { code, stdout } = await onTerminal(['init'], { cwd, keys: ['asked\r', '\u001B[B', '\r'] });
    expect(stdout).toContain('Where is the project to be?');
    expect(stdout).toContain('What is it to begin with?');
    expect(code).toBe(0);
    expect(readdirSync(path.join(cwd, 'asked'))).toContain('tools.yaml');
  });

  // "script" gives it a terminal; not every machine has it.
  it.skipIf(!hasScript)('makes nothing when the person leaves', async () => {
    const cwd = directoryOfTest();
    const { code } = await onTerminal(['init', 'left'], { cwd, keys: ['\u0003'] });
    expect(code).toBe(130);
    expect(readdirSync(cwd)).toEqual([]);
  });
});
