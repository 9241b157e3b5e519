import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { measureAll, retrievalTables } from './retrieval-tables.ts';

/** `npm run retrieval`: prints what the retrieval policies find in the labelled set, and puts it into docs/retrieval.md. */
const page = path.resolve(import.meta.dirname, '../../../docs/retrieval.md');
const tables = retrievalTables(await measureAll(1_600));
process.stdout.write(`${tables}\n`);
const marks = /(<!-- figures -->\n)[\s\S]*(<!-- end of figures -->)/u;
const document = readFileSync(page, 'utf8');
writeFileSync(
  page,
  document.replace(marks, (_, before: string, after: string) => `${before}\n${tables}\n\n${after}`),
);
