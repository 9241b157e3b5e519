import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OpenEngine } from '../../support/engine-fixture.ts';
import { openPermissionProject, toolCall } from '../../support/permission-project.ts';
import { temporaryDirectory } from '../../support/project-fixture.ts';

const always = { consent: 'always' };
const tools = {
  read: { type: 'filesystem.read_file', root: '.', ...always },
  list: { type: 'filesystem.list', root: '.', ...always },
  write: { type: 'filesystem.write_file', root: './out', ...always },
  change: { type: 'filesystem.patch', root: './out', ...always },
  run: { type: 'command.run', command: 'node x.mjs', ...always },
  ask: { type: 'http.request', url: 'http://127.0.0.1:9/', ...always },
};
const edits = [{ search: 'a', replace: 'b' }];
const nothing = { filesystem: { read: [], write: [] }, network: { allow: [] }, commands: { allow: [] } };

/** A tool node whose denial goes to a node of its own. */
const node = (tool: string, given: object): object => ({
  nodes: [
    { id: 'act', type: 'tool', tool, arguments: given },
    { id: 'refused', type: 'transform', output: '${{ error.details.rule }}' },
    { id: 'done', type: 'end', output: '${{ output }}' },
  ],
  edges: [
    { from: 'act', to: 'done' },
    { from: 'act', to: 'refused', type: 'error', on: ['permission'] },
    { from: 'refused', to: 'done' },
  ],
});

const told = ({ events }: OpenEngine): readonly string[] =>
  events.flatMap(({ type }) => (type.startsWith('security.') || type === 'tool.denied' ? [type] : []));

async function open(tool: string, given: object, directory = temporaryDirectory()): Promise<OpenEngine> {
  mkdirSync(path.join(directory, 'out'), { recursive: true });
  const workflow = { nodes: [], edges: [], ...node(tool, given) };
  return openPermissionProject(
    {
      replies: [{ reply: 'x' }],
      tools,
      workflow,
      agent: { tools: ['read'] },
      files: { 'out/a.txt': 'a', 'x.mjs': '' },
      network: { allow: ['127.0.0.1:9'] },
    },
    { directory },
  );
}

describe('nobody is asked for consent to a call that is not permitted', () => {
  it.each([
    ['read', { path: 'out/a.txt' }, 'task.permissions.filesystem.read'],
    ['list', {}, 'task.permissions.filesystem.read'],
    ['write', { path: 'b.txt', text: 'b' }, 'task.permissions.filesystem.write'],
    ['change', { path: 'a.txt', edits }, 'task.permissions.filesystem.read'],
    ['run', {}, 'task.permissions.commands.allow'],
    ['ask', {}, 'task.permissions.network.allow'],
  ])('as %s in a task that permits nothing', async (tool, given, rule) => {
    const opened = await open(tool, given);
    const { status, output } = await opened.engine.runOne('go', { id: 'task', permissions: nothing });
    expect([status, output, told(opened)]).toEqual(['completed', rule, ['security.denied', 'tool.denied']]);
    const denial = opened.events.find(({ type }) => type === 'security.denied');
    expect(denial?.data).toMatchObject({ tool, level: 'task', rule });
  });

  it.each([
    ['read', { path: '../outside' }, 'tools.read.root'],
    ['write', { path: '.git/config', text: '' }, 'always: .git'],
    ['write', { path: 'link', text: '' }, 'always: no writes through links'],
    ['run', { args: ['further'] }, 'permissions.commands.allow'],
  ])('as %s with arguments that are refused', async (tool, given, rule) => {
    const directory = temporaryDirectory();
    mkdirSync(path.join(directory, 'out'));
    symlinkSync('a.txt', path.join(directory, 'out/link'));
    const opened = await open(tool, given, directory);
    const { output } = await opened.engine.runOne('go', { id: 'task' });
    expect([output, told(opened)]).toEqual([rule, ['security.denied', 'tool.denied']]);
  });

  it('but for one that is permitted', async () => {
    const opened = await open('write', { path: 'b.txt', text: 'b' });
    expect((await opened.engine.runOne('go', { id: 'task' })).status).toBe('waiting');
    expect(told(opened)).toEqual(['security.consent_requested']);
  });

  it('nor for a file that is not there, since it may be by then', async () => {
    const opened = await open('read', { path: 'out/later.txt' });
    expect((await opened.engine.runOne('go', { id: 'task' })).status).toBe('waiting');
  });
});

it('tells an agent of the denial at once, and lets it go on', async () => {
  const replies = [{ call: 1, ...toolCall('write', { path: 'b.txt', text: 'b' }) }, { reply: 'Then not.' }];
  const opened = await openPermissionProject({ replies, tools: { write: tools.write } }, { host: 'local' });
  const { output } = await opened.engine.runOne('go', { id: 'task', permissions: nothing });
  expect([output, told(opened)]).toEqual(['Then not.', ['security.denied', 'tool.denied']]);
  expect(opened.engine.calls('task').map(({ kind, failure }) => [kind, failure?.code])).toEqual([
    ['model', undefined],
    ['tool', 'permission.denied'],
    ['model', undefined],
  ]);
});
