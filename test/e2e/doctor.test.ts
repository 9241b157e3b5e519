import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cli } from './cli-call.ts';
import { cli as cliProcess, inherited } from './cli-process.ts';
import { echoProject, temporaryDirectory, writeFiles } from './project.ts';

const Report = z.strictObject({
  ok: z.boolean(),
  findings: z.array(
    z.strictObject({ check: z.string(), status: z.string(), text: z.string(), todo: z.string().optional() }),
  ),
});

const directory = temporaryDirectory();
// Nobody listens on this port of this machine, so that no server of the person who runs the tests is asked.
const alone = { ...inherited, OLLAMA_HOST: '127.0.0.1:1' };

interface Answer {
  readonly code: number | null;
  readonly ok: boolean;
  /** What is said of a check, by its name; of several the last. */
  readonly said: Readonly<Record<string, { status: string; text: string; todo?: string | undefined }>>;
}

async function examine(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = alone,
  run: typeof cli = cli,
): Promise<Answer> {
  const { code, stdout } = await run(['doctor', ...words, '--json'], { cwd: directory, environment });
  const { ok, findings } = Report.parse(JSON.parse(stdout));
  return { code, ok, said: Object.fromEntries(findings.map(({ check, ...rest }) => [check, rest])) };
}

function project(name: string, files: Readonly<Record<string, string>> = {}): string {
  writeFiles(path.join(directory, name), { ...echoProject, ...files });
  return name;
}

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** Answers as Ollama does when it is asked for its models. */
async function ollamaWith(names: readonly string[]): Promise<string> {
  const server = createServer((_, response) =>
    response.end(JSON.stringify({ models: names.map((name) => ({ name })) })),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
}

function agent(model: string): Readonly<Record<string, string>> {
  return {
    'engine.yaml': `engine: { name: asked, models: { main: { provider: ${model}, model: some } } }\n`,
    'agents.yaml': 'agents: { one: { model: main, prompt: Answer. } }\n',
    'workflow.yaml':
      'workflow: { id: asked, nodes: [{ id: ask, type: agent, agent: one }, { id: done, type: end }], edges: [{ from: ask, to: done }] }\n',
  };
}

function command(sandbox: string): Readonly<Record<string, string>> {
  return {
    'engine.yaml': 'engine: { name: listing, permissions: { commands: { allow: [ls] } } }\n',
    'tools.yaml': `tools: { look: { type: command.run, command: ls, sandbox: ${sandbox} } }\n`,
  };
}

describe('agent-engine doctor', () => {
  it('looks at the machine, says what to do about what is missing, and leaves nothing behind', async () => {
    const { code, ok, said } = await examine([]);
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(Object.keys(said)).toEqual(['node', 'keys', 'ollama', 'model', 'sandbox', 'state']);
    expect(said['node']?.text).toContain(process.versions.node);
    expect(said['keys']?.status).toBe('note');
    expect(said['keys']?.todo).toContain('Set the key');
    expect(said['ollama']).toEqual({
      status: 'note',
      text: 'No Ollama server answers at "http://127.0.0.1:1".',
      todo: 'To ask models on this machine, install Ollama and start it with: ollama serve',
    });
    expect(said['model']?.text).toContain('The model "auto" is offline');
    expect(said['state']?.text).toContain(path.join(directory, '.agent-engine'));
    expect(readdirSync(directory)).toEqual([]);
  });

  it('names the keys that are set, and never says what they are', async () => {
    const environment = { ...alone, OPENAI_API_KEY: 'sk-secret', OLLAMA_HOST: 'http://me:hidden@127.0.0.1:1' };
    const { stdout, stderr } = await cli(['doctor'], { cwd: directory, environment });
    expect(stdout).toContain('OPENAI_API_KEY is set. OLLAMA_HOST is set, too.');
    expect(stdout).toContain('The model "auto" is openai');
    expect(stdout + stderr).not.toMatch(/sk-secret|hidden/u);
  });

  it('names the models of an Ollama server, or says that it has none', async () => {
    const { said } = await examine([], { ...alone, OLLAMA_HOST: await ollamaWith(['qwen3:8b', 'nomic-embed-text']) });
    expect(said['ollama']?.status).toBe('ok');
    expect(said['ollama']?.text).toMatch(/with qwen3:8b\.$/u);
    const empty = await examine([], { ...alone, OLLAMA_HOST: await ollamaWith([]) });
    expect(empty.said['ollama']?.status).toBe('note');
    expect(empty.said['ollama']?.todo).toContain('ollama pull');
  });

  it('says of a project that nothing is missing', async () => {
    const { code, said } = await examine([project('sound')]);
    expect(code).toBe(0);
    expect(said['project']).toEqual({ status: 'ok', text: `The manifests in "${directory}/sound" are valid.` });
    expect(readdirSync(path.join(directory, 'sound'))).not.toContain('.agent-engine');
  });

  const addresses = [
    [
      'http://127.0.0.1:1/${env:CUSTOMER_TOKEN}',
      'broken',
      /no server answers at "http:\/\/127\.0\.0\.1:1\/\$\{env:CUSTOMER_TOKEN\}"/u,
    ],
    ['http://me:tok-hidden@127.0.0.1:1', 'broken', /no server answers at "http:\/\/127\.0\.0\.1:1"/u],
    ['http://${env:CUSTOMER_TOKEN}.invalid', 'note', /"http:\/\/\$\{env:CUSTOMER_TOKEN\}\.invalid" was not asked/u],
    ['http://me:tok-hidden@models.invalid', 'note', /"http:\/\/models\.invalid" was not asked/u],
    ['https://models.invalid', 'note', /was not asked/u],
  ] as const;

  it.each(addresses)('neither shows nor sends what is secret in the address %s', async (url, status, text) => {
    const models = `models: { main: { provider: ollama, model: some, base_url: '${url}' } }`;
    const made = project(`address-${addresses.findIndex(([each]) => each === url)}`, {
      ...agent('ollama'),
      'engine.yaml': `engine: { name: asked, ${models} }\n`,
    });
    const environment = { ...alone, CUSTOMER_TOKEN: 'tok-hidden', OLLAMA_API_KEY: 'key-hidden' };
    const { said } = await examine([made], environment);
    expect(JSON.stringify(said)).not.toContain('hidden');
    expect(said['ollama']?.status).toBe(status);
    expect(said['ollama']?.text).toMatch(text);
  });

  const broken = [
    ['manifests with an error', { 'workflow.yaml': 'workflow: { id: x }\n' }, 'project', /1 error|errors/u],
    ['a key that its agents need', agent('anthropic'), 'keys', /ANTHROPIC_API_KEY is not set/u],
    ['an Ollama server that its agents need', agent('ollama'), 'ollama', /Model "main" is one of Ollama/u],
    ['a state directory that is a file', { '.agent-engine': 'x' }, 'state', /cannot be written \(ENOTDIR\)/u],
    ['a state file of another program', { '.agent-engine/state.sqlite': 'x'.repeat(600) }, 'state', /state\.sqlite/u],
  ] as const;

  it.each(broken)('ends with 1 for %s, and says what to do', async (...[name, files, check, text]) => {
    const { code, ok, said } = await examine([project(name.replaceAll(' ', '-'), files)]);
    expect({ code, ok }).toEqual({ code: 1, ok: false });
    expect(said[check]?.status).toBe('broken');
    expect(said[check]?.text).toMatch(text);
    expect(said[check]?.todo).toMatch(/\S/u);
  });

  it('ends with 1 for a project whose tools need a sandbox where there is none', async () => {
    const needy = project('needy', command('required'));
    const without = { ...alone, PATH: '/nowhere' };
    // A process looks for the sandbox once.
    const { code, said } = await examine([needy], without, cliProcess);
    expect(code).toBe(1);
    expect(said['sandbox']?.status).toBe('broken');
    expect(said['sandbox']?.text).toContain('"look"');
    const { code: other, said: also } = await examine([project('content', command('auto'))], without, cliProcess);
    expect(other).toBe(0);
    expect(also['sandbox']?.status).toBe('note');
    expect(also['sandbox']?.todo).toContain('Install');
  });

  it('is told that there is no project where one is named', async () => {
    mkdirSync(path.join(directory, 'empty'));
    const { code, stderr } = await cli(['doctor', 'empty'], { cwd: directory, environment: alone });
    expect(code).toBe(1);
    expect(stderr).toContain('error MANIFEST_FILE_MISSING');
  });

  it('takes the current directory for the project where it is one', async () => {
    const here = path.join(directory, project('here'));
    const { stdout } = await cli(['doctor'], { cwd: here, environment: alone });
    expect(stdout).toContain(`The manifests in "${here}" are valid.`);
  });

  // A file system in memory, which Linux has there.
  // Linux has a directory in memory there; elsewhere none is known.
  it.skipIf(!existsSync('/dev/shm'))('warns of a state directory that does not survive a restart', async () => {
    const inMemory = mkdtempSync('/dev/shm/agent-engine-doctor-');
    try {
      writeFileSync(path.join(inMemory, 'workflow.yaml'), echoProject['workflow.yaml'] ?? '');
      const { code, said } = await examine([inMemory]);
      expect(code).toBe(0);
      expect(said['state']?.status).toBe('note');
      expect(said['state']?.text).toContain('do not survive a restart');
    } finally {
      rmSync(inMemory, { recursive: true });
    }
  });
});
