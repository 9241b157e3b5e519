import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { MarkdownBlock } from '../../support/markdown-blocks.ts';

export const root = path.resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** Writes the blocks of a page that are files, each below the line that names it; gives the projects they are in. */
export function writeProjects(directory: string, blocks: readonly MarkdownBlock[]): readonly string[] {
  const projects = new Set<string>();
  for (const { before, text } of blocks) {
    const name = /`(?<file>[\w-]+\/[\w./-]+\.(?:yaml|json|js))`/u.exec(before)?.groups?.['file'];
    if (name === undefined) continue;
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    projects.add(name.split('/')[0] ?? '');
  }
  return [...projects];
}

/** Runs Node in a directory; gives what it printed. Test runners may ask for colours, which no page has. */
export async function nodeIn(directory: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [...args], { cwd: directory, env: { ...process.env, NO_COLOR: '1' } });
  return stdout;
}

/** Runs a line that calls the engine as in a checkout, where the projects of a page lie. */
export async function runLine(directory: string, line: string): Promise<string> {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const [command, arguments_] = [words.slice(0, 5).join(' '), words.slice(5)];
  if (command !== 'npm run -s agent-engine --') throw new Error(`"${line}" does not call the engine.`);
  return nodeIn(directory, [path.join(root, 'bin/agent-engine.js'), ...arguments_]);
}

/** Targets of the links of a page that are files. */
export function linkedFiles(page: string): readonly string[] {
  return [...page.matchAll(/\]\((?<target>[^)#]+)(?:#[^)]*)?\)/gu)].flatMap(({ groups }) => {
    const target = groups?.['target'] ?? '';
    return /^https?:/u.test(target) ? [] : [target];
  });
}
