import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, stackPattern } from './cli-process.ts';
import { temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();

/** A project whose only stage runs this code. */
function projectWith(name: string, code: string): string {
  return writeFiles(path.join(directory, name), {
    'workflow.yaml': 'workflow:\n  id: stray\n  nodes: [{ id: work, type: tool, tool: work, retries: 0 }]\n',
    'tools.yaml': 'tools:\n  work: { type: module, module: ./tool.js, export: work }\n',
    'tool.js': `import { setTimeout as delay } from 'node:timers/promises';\nexport async function work() {\n${code}\n}\n`,
  });
}

describe('code of a tool', () => {
  it('that logs does not get into the result', async () => {
    const project = projectWith('logs', "console.log('hello'); console.info('there'); return { said: 1 };");
    const { code, stdout, stderr } = await cli(['run', project, 'go', '--json']);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { output: { said: 1 } }]);
    expect(stderr).toContain('hello\n');
  });

  it.each([
    ['a timer that throws', "setTimeout(() => { throw new Error('late boom'); }, 1); await delay(60_000);"],
    ['a rejection nobody handles', "void Promise.reject(new Error('late boom')); await delay(60_000);"],
  ])('that leaves %s ends the process with the way to go on', async (name, body) => {
    const { code, stdout, stderr } = await cli(['run', projectWith(name, body), 'go', '--id', 'stray']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^error TOOL_STRAY_ERROR Code of the tool "work" failed outside of any call \(tool\.js:3\): late boom\.$/mu,
    );
    expect(stderr).toMatch(/^ {2}help: .* resume stray --project /mu);
    expect(stderr).not.toMatch(stackPattern);
  });

  it('that ends the process is not taken for a success', async () => {
    const { code, stderr } = await cli(['run', projectWith('exits', 'process.exit(0);'), 'go', '--id', 'gone']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error TOOL_STRAY_ERROR Code of a tool or a plugin ended the process\.\n {2}help: Go on with: .* resume gone /mu,
    );
  });

  it('or of a plugin is told of by its name', async () => {
    const project = projectWith('plugin', 'await delay(60_000);');
    writeFiles(project, {
      'plugins.yaml': 'plugins:\n  - { name: guard, type: module, module: ./plugins/guard.js }\n',
      'plugins/guard.js': `export const plugin = {
  name: 'any',
  version: '1',
  hooks: {
    before_tool: async () => {
      void Promise.reject(new Error('late boom'));
    },
  },
};
`,
    });
    const { code, stderr } = await cli(['run', project, 'go', '--id', 'stray']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error TOOL_STRAY_ERROR Code of the plugin "guard" failed outside of any call \(plugins\/guard\.js:6\): late boom\.$/mu,
    );
  });
});
