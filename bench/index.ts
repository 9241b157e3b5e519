import { chain } from './chain.ts';
import { compile } from './compile.ts';
import { map } from './map.ts';

const benchmarks = { chain, compile, map };

/** `npm run bench compile` runs one of them. */
const [wanted] = process.argv.slice(2);
for (const [name, run] of Object.entries(benchmarks)) {
  if (wanted === undefined || wanted === name) console.log(`${await run()}\n`);
}
