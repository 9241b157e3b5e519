import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { writeProject } from '../../../src/cli/init/write-project.ts';
import { temporaryDirectory } from '../../support/project-fixture.ts';

it('leaves everything as it was when a file in the middle cannot be written', async () => {
  const directory = temporaryDirectory();
  mkdirSync(path.join(directory, 'kept'));
  writeFileSync(path.join(directory, 'engine.yaml'), 'mine\n');
  const texts = new Map([
    ['engine.yaml', 'new\n'],
    ['made/below/agents.yaml', 'new\n'],
    ['kept/one', 'new\n'],
    // By now this is a file.
    ['kept/one/two', 'new\n'],
  ]);
  const writing = writeProject(directory, { texts, schemas: new Map(), ignored: [] }, { force: true });
  await expect(writing).rejects.toMatchObject({ code: 'HOST_OUTPUT_UNWRITABLE' });
  expect(new Set(readdirSync(directory, { recursive: true, encoding: 'utf8' }))).toEqual(
    new Set(['engine.yaml', 'kept']),
  );
  expect(readFileSync(path.join(directory, 'engine.yaml'), 'utf8')).toBe('mine\n');
});
