import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** Imported before a program, it writes the addresses of all modules that were loaded into the file that LOADED_MODULES names. */
const file = process.env['LOADED_MODULES'] ?? '';
const loaded: string[] = [];
registerHooks({
  load(url, context, next) {
    loaded.push(url);
    return next(url, context);
  },
});
process.on('exit', () => writeFileSync(file, loaded.join('\n')));
