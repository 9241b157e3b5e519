import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMemoryStores, removeTaskMemories, type Quarantine } from '../../../../src/services/memory/index.ts';
import { itemOf } from '../../../contract/memory-store.ts';

let projectDirectory = '';

beforeEach(() => {
  projectDirectory = mkdtempSync(path.join(tmpdir(), 'memory-stores-'));
});
afterEach(() => {
  rmSync(projectDirectory, { recursive: true, force: true });
});

it('remembers nothing that the manifest does not declare', async () => {
  for (const manifest of [{}, { memory: {} }, { memory: { task_store: { type: 'disabled' } } }] as const) {
    const stores = createMemoryStores(manifest, { projectDirectory });
    for (const store of [stores.task('t'), stores.project, stores.global]) {
      await store.append([itemOf('a')]);
      expect(await store.stats()).toEqual({ items: 0, tokens: 0, forgotten: 0 });
    }
  }
});

it('gives each task a store of its own, until it is closed', async () => {
  const manifest = { memory: { task_store: { type: 'in_memory', max_messages: 2 } } } as const;
  const stores = createMemoryStores(manifest, { projectDirectory });
  await stores.task('first').append([itemOf('a'), itemOf('b'), itemOf('c')]);
  expect(await stores.task('first').stats()).toEqual({ items: 2, tokens: 20, forgotten: 1 });
  expect(await stores.task('second').stats()).toEqual({ items: 0, tokens: 0, forgotten: 0 });
  await stores.task('first').close();
  expect(await stores.task('first').stats()).toEqual({ items: 0, tokens: 0, forgotten: 0 });
});

it('puts files where the manifest says, relative to the project, and one per task', async () => {
  const manifest = {
    memory: {
      task_store: { type: 'file_json', path: 'tasks.json' },
      project_store: { type: 'file_json', path: './state/project.json', max_messages: 1 },
    },
  } as const;
  const stores = createMemoryStores(manifest, { projectDirectory });
  await stores.task('t-1').append([itemOf('a')]);
  await stores.task('../../up').append([itemOf('b')]);
  await stores.project.append([itemOf('c'), itemOf('d')]);
  await stores.close();
  expect(readdirSync(projectDirectory).toSorted()).toEqual([
    '.tasks.%2e%2e%2f%2e%2e%2fup.json.lock',
    '.tasks.t-1.json.lock',
    'state',
    'tasks.%2e%2e%2f%2e%2e%2fup.json',
    'tasks.t-1.json',
  ]);
  const again = createMemoryStores(manifest, { projectDirectory });
  expect(await again.task('t-1').get('a')).toEqual(itemOf('a'));
  expect(await again.project.query({ policy: 'recency' })).toEqual([itemOf('d')]);
});

it('tells of a damaged file', async () => {
  const quarantined: Quarantine[] = [];
  writeFileSync(path.join(projectDirectory, 'global.json'), '{"v":1,');
  const { global } = createMemoryStores(
    { memory: { global_store: { type: 'file_json', path: 'global.json' } } },
    { projectDirectory, now: () => 0, onQuarantine: (quarantine) => quarantined.push(quarantine) },
  );
  expect(await global.stats()).toEqual({ items: 0, tokens: 0, forgotten: 0 });
  const file = path.join(projectDirectory, 'global.json');
  const copy = `${file}.corrupt-1970-01-01T00-00-00.000Z`;
  expect(quarantined).toEqual([{ file, copy, problem: 'it is not well-formed JSON', kept: 0 }]);
});

it('puts files without a path below the state directory, and those of the user where the user keeps data', async () => {
  const environment = { HOME: path.join(projectDirectory, 'home'), XDG_DATA_HOME: path.join(projectDirectory, 'data') };
  const places = { projectDirectory, stateDirectory: path.join(projectDirectory, 'state') };
  const filesOf = async (type: 'file_json' | 'sqlite', more: Record<string, string | undefined>): Promise<string[]> => {
    const spec = { type } as const;
    const manifest = { memory: { task_store: spec, project_store: spec, global_store: spec } };
    const stores = createMemoryStores(manifest, { ...places, environment: more });
    for (const store of [stores.task('t'), stores.project, stores.global]) await store.append([itemOf('a')]);
    await stores.close();
    await removeTaskMemories(manifest, { ...places, environment: more }, ['t', 'gone']);
    const files = readdirSync(projectDirectory, { recursive: true, encoding: 'utf8' });
    for (const file of readdirSync(projectDirectory)) rmSync(path.join(projectDirectory, file), { recursive: true });
    return files.filter((file) => /\.(?:json|sqlite)$/u.test(file)).toSorted();
  };
  expect(await filesOf('file_json', environment)).toEqual([
    'data/agent-engine/memory.json',
    'state/memory/project.json',
  ]);
  expect(await filesOf('sqlite', { HOME: environment.HOME, XDG_DATA_HOME: 'not/absolute' })).toEqual([
    'home/.local/share/agent-engine/memory.sqlite',
    'state/memory/project.sqlite',
  ]);
});

it('knows the home directory in a path, and says when there is none', async () => {
  const manifest = { memory: { global_store: { type: 'sqlite', path: '~/notes/mine.db' } } } as const;
  const { global } = createMemoryStores(manifest, { projectDirectory, environment: { HOME: projectDirectory } });
  await global.append([itemOf('a')]);
  await global.close();
  expect(readdirSync(path.join(projectDirectory, 'notes'))).toEqual(['mine.db']);
  for (const store of [manifest.memory.global_store, { type: 'file_json' }] as const) {
    const create = (): unknown =>
      createMemoryStores({ memory: { global_store: store } }, { projectDirectory, environment: { HOME: '' } });
    expect(create).toThrow('The store "global_store" is to be in the home directory, and HOME is not set.');
  }
});
