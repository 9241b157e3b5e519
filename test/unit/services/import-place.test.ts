import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { importPlace } from '../../../src/services/import-place.ts';
import { temporaryDirectory } from '../../support/project-fixture.ts';

const wrong = 'export const y = = 2;\n';

it.each([
  ['the file', { 'main.mjs': `\n${wrong}` }, 'main.mjs:2:18'],
  ['a file that it imports', { 'main.mjs': "import './dep.mjs';\n", 'dep.mjs': `\n\n${wrong}` }, 'dep.mjs:3:18'],
  [
    'a file behind another, in a circle',
    {
      'main.mjs': "export { a } from './a.mjs';\n",
      'a.mjs': "import { b } from './b.mjs';\nimport './main.mjs';\nexport const a = b;\n",
      'b.mjs': wrong,
    },
    'b.mjs:1:18',
  ],
  ['no file of the project', { 'main.mjs': "import '../outside.mjs';\nimport './none.mjs';\n" }, undefined],
])('finds an error of syntax in %s', async (_, files, place) => {
  const directory = temporaryDirectory();
  const root = path.join(directory, 'project');
  mkdirSync(root);
  writeFileSync(path.join(directory, 'outside.mjs'), wrong);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, name), text);
  expect(await importPlace(new SyntaxError('Unexpected token'), path.join(root, 'main.mjs'), root)).toBe(place);
});

it('has the first place of the stack that is in the project', async () => {
  const error = new Error('no luck');
  error.stack = 'Error: no luck\n at file:///elsewhere/a.js:1:2\n at run (file:///my%20project/tools/b.js:3:4)';
  expect(await importPlace(error, '/my project/tools/b.js', '/my project')).toBe('tools/b.js:3:4');
});
