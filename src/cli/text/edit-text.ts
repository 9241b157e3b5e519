import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EngineError } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';

/** The text as a person leaves it in the editor that the environment names. */
export async function editText({ environment }: CliContext, text: string): Promise<string> {
  const editor = [environment['VISUAL'], environment['EDITOR']].find((name) => (name ?? '').trim() !== '');
  if (editor === undefined)
    throw new EngineError('HOST_USAGE', 'Neither options nor an editor say what is to be changed.', {
      hint: 'Set EDITOR, or give --content, --kind, --tag, --importance or --source.',
    });
  const directory = await mkdtemp(path.join(tmpdir(), 'agent-engine-edit-'));
  try {
    const file = path.join(directory, 'item.md');
    await writeFile(file, text.endsWith('\n') ? text : `${text}\n`, { mode: 0o600 });
    await runEditor(editor, file);
    const edited = (await readFile(file, 'utf8')).replaceAll('\r\n', '\n');
    // Editors end the last line, whether the text did or not.
    return text.endsWith('\n') ? edited : edited.replace(/\n$/u, '');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Through a shell, as other programs do it: the variable may hold options. */
async function runEditor(editor: string, file: string): Promise<void> {
  const child = spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  throw new EngineError('HOST_USAGE', `The editor "${editor}" ended with code ${code}, so nothing was changed.`, {
    hint: 'Check EDITOR, or use --content.',
  });
}
