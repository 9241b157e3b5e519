import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, inherited, repository } from './cli-process.ts';
import { echoProject, temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();
const recorder = path.join(repository, 'test/support/loaded-modules.ts');
let count = 0;

/** The packages and built-in modules that a command loads, by name. */
async function loadedBy(...words: readonly string[]): Promise<readonly string[]> {
  count += 1;
  const file = path.join(directory, `loaded-${count}.txt`);
  const environment = { ...inherited, NODE_OPTIONS: `--import "${recorder}"`, LOADED_MODULES: file };
  const { code, stderr } = await cli(words, { cwd: directory, environment });
  expect(stderr).not.toContain('error');
  expect(code).toBe(0);
  const addresses = readFileSync(file, 'utf8').split('\n');
  const names = addresses.flatMap((address) => {
    if (address.startsWith('node:')) return [address];
    const name = /\/node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)/u.exec(address)?.groups?.['name'];
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)].toSorted();
}

/** What is for models, servers, telemetry, documents, terminals and tools alone. */
const late = new Set([
  '@anthropic-ai/sdk',
  '@clack/prompts',
  '@modelcontextprotocol/sdk',
  '@opentelemetry/exporter-metrics-otlp-http',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/sdk-metrics',
  '@opentelemetry/sdk-trace',
  'gpt-tokenizer',
  'log-update',
  'marked',
  'ollama',
  'openai',
  're2js',
]);

const packagesIn = (names: readonly string[]): readonly string[] => names.filter((name) => !name.startsWith('node:'));

describe('what a command loads before it does its work', () => {
  it.each([['--help'], ['--version'], ['run', '--help'], ['completion', 'bash'], ['help', 'memory']])(
    'is for %s %s the parser and the colours',
    async (...words) => {
      expect(packagesIn(await loadedBy(...words))).toEqual(['commander', 'picocolors']);
    },
  );

  it('is for validate what reads and checks manifests', async () => {
    const names = await loadedBy('validate', writeFiles(path.join(directory, 'echo'), echoProject));
    expect(packagesIn(names)).toEqual([
      '@marcbachmann/cel-js',
      'ajv',
      'ajv-formats',
      'commander',
      'fast-deep-equal',
      'fast-uri',
      'fastest-levenshtein',
      'ipaddr.js',
      'json-schema-traverse',
      'liquidjs',
      'picocolors',
      'picomatch',
      'xstate',
      'yaml',
      'zod',
    ]);
    expect(names).not.toContain('node:sqlite');
  });

  it('is for a run no library of a provider, a server or a telemetry that it does not use', async () => {
    const names = await loadedBy('run', writeFiles(path.join(directory, 'run'), echoProject), 'hello');
    expect(names.filter((name) => late.has(name))).toEqual([]);
    expect(names).toContain('zod'); // the list is one of what was loaded
  });
});
