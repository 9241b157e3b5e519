import { chain } from './chain.ts';

console.log(await chain());
