import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/** A name that a module exports, as its declaration file has it. */
export interface ExportedName {
  readonly name: string;
  /** The comment above it, without its marks; empty where there is none. */
  readonly doc: string;
  readonly declaration: string;
}

type Statement = ReturnType<typeof parseAst>['body'][number];

interface Source {
  readonly text: string;
  readonly body: readonly Statement[];
}

const sources = new Map<string, Source>();

function sourceOf(file: string): Source {
  const known = sources.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(file, 'utf8');
  const source = { text, body: parseAst(text, { lang: file.endsWith('.d.ts') ? 'dts' : 'ts' }).body };
  sources.set(file, source);
  return source;
}

/** All that a module exports, also from others, in the order of names; of its source, or of its declaration file. */
export function readExports(file: string): readonly ExportedName[] {
  return sourceOf(file)
    .body.flatMap((statement) => exportsOf(statement, file))
    .toSorted((one, other) => (one.name.toLowerCase() < other.name.toLowerCase() ? -1 : 1));
}

function exportsOf(statement: Statement, file: string): readonly ExportedName[] {
  if (statement.type === 'ExportAllDeclaration') return readExports(besides(file, statement.source.value));
  if (statement.type !== 'ExportNamedDeclaration') return [];
  if (statement.declaration !== null) return declared(statement, file);
  const place = statement.source === null ? file : besides(file, statement.source.value);
  const all = place === file ? localNames(file) : readExports(place);
  return statement.specifiers.flatMap(({ local, exported }) =>
    all.flatMap(({ name, doc, declaration }) =>
      name === nameIn(local) ? [{ name: nameIn(exported), doc, declaration }] : [],
    ),
  );
}

/** Declaration files name each other by the files they are the types of. */
function besides(file: string, specifier: string): string {
  const named = file.endsWith('.d.ts') ? specifier.replace(/\.[jt]s$/u, '.d.ts') : specifier;
  return path.resolve(path.dirname(file), named);
}

function nameIn(node: object): string {
  return 'name' in node ? String(node.name) : 'value' in node ? String(node.value) : '';
}

function localNames(file: string): readonly ExportedName[] {
  return sourceOf(file).body.flatMap((statement) => declared(statement, file));
}

/** What a statement declares, whether or not it exports it. */
function declared(statement: Statement, file: string): readonly ExportedName[] {
  const { text } = sourceOf(file);
  const inner =
    statement.type === 'ExportNamedDeclaration' && statement.declaration !== null ? statement.declaration : statement;
  const doc = docBefore(text, statement.start);
  const declaration = text
    .slice(statement.start, statement.end)
    .replace(/^export /u, '')
    .replace(/^declare /u, '');
  const named = 'declarations' in inner ? inner.declarations : [inner];
  return named.flatMap((one) =>
    'id' in one && one.id !== null && typeof one.id === 'object' ? [{ name: nameIn(one.id), doc, declaration }] : [],
  );
}

function docBefore(text: string, start: number): string {
  const comment = /\/\*\*(?<doc>(?:(?!\*\/)[^])*)\*\/\s*$/u.exec(text.slice(0, start))?.groups?.['doc'] ?? '';
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/u, '').trimEnd())
    .join('\n')
    .trim();
}
