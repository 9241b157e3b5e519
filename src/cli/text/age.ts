import { ageMs, EngineError } from '../../engine/index.ts';

/** Milliseconds of an age as it is typed. Throws HOST_USAGE. */
export function ageOf(text: string, option: string): number {
  const age = ageMs(text);
  if (age !== undefined) return age;
  throw new EngineError('HOST_USAGE', `"${text}" is no age.`, {
    hint: `Give a number with a unit (s, m, h or d), for example: ${option} 30d`,
  });
}
