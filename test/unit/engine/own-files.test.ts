import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Engine } from '../../../src/index.ts';
import { temporaryDirectory, writeProject } from '../../support/project-fixture.ts';

/** What becomes of a write to a file of the project by a tool that may write everything in it. */
async function writeTo(file: string): Promise<{ readonly rule: unknown; readonly content: string | undefined }> {
  const directory = temporaryDirectory();
  writeProject(directory, {
    engine: { permissions: { filesystem: { read: ['.'], write: ['.'] } } },
    agents: { writer: { prompt: 'prompts/writer.md' } },
    workflow: {
      nodes: [
        { id: 'write', type: 'tool', tool: 'write', arguments: { path: file, text: 'planted' } },
        { id: 'tell', type: 'agent', agent: 'writer' },
      ],
      edges: [{ from: 'write', to: 'tell' }],
    },
    tools: {
      write: { type: 'filesystem.write_file', root: '.' },
      count: { type: 'module', module: './tools/count.mjs' },
    },
    plugins: [{ name: 'audit', type: 'audit.log', config: { path: './audit.jsonl' } }],
    files: { 'prompts/writer.md': 'Write.', 'tools/count.mjs': 'export default () => 1;' },
  });
  const engine = await Engine.fromConfigDir(directory, { host: 'memory' });
  onTestFinished(() => engine.close());
  const { failures } = await engine.runOne('hello', { id: 'task' });
  const target = path.join(directory, file);
  return {
    rule: failures[0]?.details?.['rule'],
    content: existsSync(target) ? readFileSync(target, 'utf8') : undefined,
  };
}

it.each(['tools.yaml', 'plugins.json', 'Engine.YAML', 'prompts/writer.md', './tools/count.mjs'])(
  'no tool changes what the engine reads: %s',
  async (file) => {
    const { rule, content } = await writeTo(file);
    expect([rule, content === 'planted']).toEqual(['always: manifests', false]);
  },
);

it.each(['audit.jsonl', '.audit.jsonl.lock'])('no tool touches the audit log: %s', async (file) => {
  expect((await writeTo(file)).rule).toBe('always: audit log');
});

it('other files of the project are written', async () => {
  expect(await writeTo('tools/other.mjs')).toEqual({ rule: undefined, content: 'planted' });
});

it('a directory whose manifests are given as texts may hold files with the names of manifests', async () => {
  const directory = temporaryDirectory();
  const node = { id: 'write', type: 'tool', tool: 'write', arguments: { path: 'tools.json', text: 'planted' } };
  const permissions = { filesystem: { write: ['.'] } };
  const files = {
    'engine.yaml': JSON.stringify({ engine: { name: 'test', permissions } }),
    'tools.yaml': JSON.stringify({ tools: { write: { type: 'filesystem.write_file', root: '.' } } }),
    'workflow.yaml': JSON.stringify({ workflow: { id: 'main', nodes: [node], edges: [] } }),
  };
  const engine = await Engine.fromManifests(files, { directory, host: 'memory' });
  onTestFinished(() => engine.close());
  await engine.runOne('hello', { id: 'task' });
  expect(readFileSync(path.join(directory, 'tools.json'), 'utf8')).toBe('planted');
});
