import { randomInt } from 'node:crypto';

/** Letters and digits that are not taken for each other when read aloud or copied by hand. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
const length = 8;

/** A new id: the day, so that ids sort by age, and 8 letters by chance (about 10¹² a day). */
export function newTaskId(nowMs: number): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '');
  let name = '';
  for (let count = 0; count < length; count += 1) name += alphabet.charAt(randomInt(alphabet.length));
  return `${day}-${name}`;
}
