import path from 'node:path';

/** Variables that every command gets when they are set; all others have to be listed by the tool. */
const alwaysPassed = ['PATH', 'LANG'];

/** The environment of a command: what it lists, and nothing of what the engine itself was started with. */
export function cleanEnvironment(
  listed: readonly string[],
  source: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of [...alwaysPassed, ...listed]) {
    const value = source[name];
    if (value !== undefined) environment[name] = name === 'PATH' ? absoluteEntries(value) : value;
  }
  return environment;
}

/** A relative entry would let a file in the working directory pass for a program. */
function absoluteEntries(value: string): string {
  return value
    .split(path.delimiter)
    .filter((entry) => path.isAbsolute(entry))
    .join(path.delimiter);
}
