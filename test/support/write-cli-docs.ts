import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { cliPage } from './cli-page.ts';

/** `npm run cli-docs`: writes docs/cli.md anew. */
const file = path.resolve(import.meta.dirname, '../../docs/cli.md');
writeFileSync(file, await format(cliPage(), { ...(await resolveConfig(file)), parser: 'markdown' }));
process.stdout.write('docs/cli.md\n');
