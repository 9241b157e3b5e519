import path from 'node:path';

const harmless = /^[\w@%+=:,./-]+$/u;

/** One word of a command line, in quotes where a shell would read it otherwise. */
export function shellWord(word: string, platform: NodeJS.Platform = process.platform): string {
  if (harmless.test(word)) return word;
  if (platform === 'win32') return `"${word.replaceAll('"', '""')}"`;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** How a path is written on a command line: from the current directory where that is shorter, and never like an option. */
export function directoryWord(directory: string, from: string): string {
  const absolute = path.resolve(from, directory);
  const relative = path.relative(from, absolute) || '.';
  if (relative.startsWith('..') && absolute.length <= relative.length) return absolute;
  return relative.startsWith('-') ? `./${relative}` : relative;
}

export interface Invocation {
  readonly script: string;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** How this program was called, so that the commands it names can be pasted. */
export function programWords({ script, directory, environment }: Invocation): string {
  const parts = script.split(/[\\/]/u);
  if (parts.includes('node_modules')) return 'npx agent-engine';
  if (!script.endsWith('.js') && !script.endsWith('.ts')) return 'agent-engine';
  // The repository's own scripts run on the Node they bring along, which that of the shell may not be.
  if (environment['npm_lifecycle_event'] !== undefined && environment['npm_package_name'] === 'agent-engine') {
    return 'npm run -s agent-engine --';
  }
  return `node ${shellWord(directoryWord(script, directory))}`;
}

/** The engine does not know how this program was called: commands that a text of it names are written as they can be typed. */
export function asCalled(text: string, program: string): string {
  return text.replaceAll(/(?<!npx )\bagent-engine (?=[a-z])/gu, () => `${program} `);
}
