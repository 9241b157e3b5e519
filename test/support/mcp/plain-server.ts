/** A server that needs no package, so that it can be copied to where it is started: its one tool tells what it can do. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

function attempt(work: () => string): string {
  try {
    return work();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'failed';
  }
}

const deeds: Readonly<Record<string, (target: string) => string | Promise<string>>> = {
  read: (file) => attempt(() => readFileSync(file, 'utf8')),
  write: (file) =>
    attempt(() => {
      writeFileSync(file, 'written');
      return 'written';
    }),
  processes: () => String(readdirSync('/proc').filter((name) => /^\d+$/u.test(name)).length),
  environment: () => Object.keys(process.env).toSorted().join(' '),
  reach: async (url) =>
    await fetch(url).then(
      () => 'answered',
      () => 'refused',
    ),
  beat: (file) => {
    const script = `while :; do date +%s%N > '${file}'; sleep 0.02; done`;
    spawn('/bin/sh', ['-c', script], { stdio: 'ignore', detached: true }).unref();
    return 'started';
  },
};

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(name)
    : undefined;
}

async function answer(message: unknown): Promise<object> {
  const method = fieldOf(message, 'method');
  if (method === 'initialize') {
    const serverInfo = { name: 'plain', version: '1' };
    return { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo };
  }
  if (method === 'tools/list') return { tools: [{ name: 'work', inputSchema: { type: 'object' } }] };
  const given = fieldOf(fieldOf(message, 'params'), 'arguments');
  const deed = deeds[String(fieldOf(given, 'deed'))];
  return { content: [{ type: 'text', text: (await deed?.(String(fieldOf(given, 'target')))) ?? 'no such deed' }] };
}

async function take(line: string): Promise<void> {
  const message: unknown = JSON.parse(line);
  const id = fieldOf(message, 'id');
  if (id !== undefined)
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: await answer(message) })}\n`);
}

createInterface({ input: process.stdin }).on('line', (line) => void take(line));
