import { chain } from './chain.ts';
import { map } from './map.ts';

console.log(await chain());
console.log(await map());
