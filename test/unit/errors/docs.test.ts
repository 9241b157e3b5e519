import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { errorCodes, failureKinds } from '../../../src/errors/index.ts';
import { manifestFiles, manifestKinds } from '../../../src/manifest/index.ts';
import { compileManifests } from '../../../src/manifest-compiler/index.ts';
import { markdownBlocks } from '../../support/markdown-blocks.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/errors.md'), 'utf8');

const codeSections = page
  .split(/^## /mu)
  .slice(1)
  .map((section) => ({
    title: section.slice(0, section.indexOf('\n')).trim(),
    text: section.slice(section.indexOf('\n')).trim(),
  }));

it('has one section for each error code, in the order of the table, and one for failures', () => {
  expect(codeSections.map(({ title }) => title)).toEqual([...Object.keys(errorCodes), 'Failure kinds']);
});

it('says something in every section', () => {
  expect(codeSections.filter(({ text }) => text.length < 40).map(({ title }) => title)).toEqual([]);
});

it('lists every failure kind with its category and whether a retry can help', () => {
  const rows = [
    ...page.matchAll(/^\| `(?<kind>[a-z_.]+)` *\| (?<category>[a-z_]+) *\| (?<retryable>yes|no) *\| \S/gmu),
  ];
  expect(rows.map(({ groups }) => [groups?.['kind'], groups?.['category'], groups?.['retryable']])).toEqual(
    Object.entries(failureKinds).map(([kind, { category, retryable }]) => [kind, category, retryable ? 'yes' : 'no']),
  );
});

it('shows every piece of a manifest where it stands in its file', () => {
  const pieces = markdownBlocks(page).filter(({ language }) => language === 'yaml');
  const misplaced = pieces.flatMap(({ text }) => {
    const fields = Object.keys(z.record(z.string(), z.unknown()).catch({ '': '' }).parse(parse(text)));
    const kind = manifestKinds.find((each) => fields.every((field) => Object.hasOwn(manifestFiles[each].shape, field)));
    if (kind === undefined) return [text];
    // A piece is not a whole manifest, so that fields may be missing.
    const { problems } = compileManifests({ [`${kind}.yaml`]: text });
    return problems.some(({ code }) => code === 'MANIFEST_FIELD_UNKNOWN' || code === 'MANIFEST_TYPE_WRONG')
      ? [text]
      : [];
  });
  expect(misplaced).toEqual([]);
  expect(pieces.length).toBeGreaterThan(0);
});
