import { expect, it } from 'vitest';
import { checkPermission, resolvePolicy } from '../../../../src/services/security/index.ts';

const policy = await resolvePolicy(
  { filesystem: { read: ['/'], write: ['/'] } },
  {
    projectDirectory: '/none',
    stateDirectory: '/none/.state',
    storeFiles: [
      { file: '/none/.project.json', isPerTask: false },
      { file: '/none/task.json', isPerTask: true },
    ],
    resolve: (declared) => declared,
  },
);

const rulesFor = (path: string): readonly string[] =>
  (['read', 'write', 'list'] as const).map(
    (access) => checkPermission({ kind: 'filesystem', access, path }, policy).rule,
  );

it.each([
  '.project.json',
  '.PROJECT.JSON',
  '.project.json-wal',
  '.project.json-shm',
  '.project.json-journal',
  '.project.json.corrupt-1970-01-01T00-00-00.000Z-2',
  '..project.json.tmp',
  '..project.json.lock',
  '..project.json.lock-journal',
  'task.a-b%2f1.json',
  'task.a.json-wal',
  '.task.a.json.tmp',
])('keeps tools from "%s", which belongs to a memory store', (name) => {
  expect(rulesFor(`/none/${name}`)).toEqual(Array(3).fill('always: memory stores'));
});

it.each(['project.json', '.project.json5', '.project.jsonl', 'task.json', 'task.a.md', 'a/.project.json', '.task.md'])(
  'lets tools at "%s", which belongs to none',
  (name) => {
    expect(rulesFor(`/none/${name}`)).not.toContain('always: memory stores');
  },
);
