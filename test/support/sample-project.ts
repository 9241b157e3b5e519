import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { scriptProblems } from '../../src/services/index.ts';
import { checkProject, type CheckedProject, type CheckOptions } from '../../src/manifest-compiler/checks/index.ts';
import { compileParsed, type CompiledManifests } from '../../src/manifest-compiler/compile/compile-manifests.ts';
import { compileEvals, parseEvals } from '../../src/manifest-compiler/index.ts';
import type { SchemaReference } from '../../src/manifest/index.ts';
import { parseManifests, type ParsedProject } from '../../src/manifest-compiler/read/index.ts';

export const samplesDirectory = path.resolve(import.meta.dirname, '../samples');

export type Texts = ReadonlyMap<string, string>;

/** All files below a directory by relative path, but for what is expected of them. */
export function readTexts(directory: string): Texts {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = files
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file): [string, string] => [
      path.relative(directory, file).replaceAll(path.sep, '/'),
      readFileSync(file, 'utf8'),
    ])
    .filter(([file]) => file !== 'expected.txt');
  return new Map(texts.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

export function sampleNames(kind: 'invalid' | 'valid'): string[] {
  return readdirSync(path.join(samplesDirectory, kind)).toSorted();
}

/** What a loader does: manifests are the files at the top, named files are those that manifests name. */
export function checkTexts(texts: Texts): CheckedProject & { readonly parsed: ParsedProject } {
  const parsed = parseTexts(texts);
  return { ...checkProject(parsed, texts, optionsFor(texts)), parsed };
}

/** All that is found in a project before anything runs, as the loader finds it. */
export function findProblems(texts: Texts): CompiledManifests {
  const evals = parseEvals(texts);
  const project = compileParsed(parseTexts(texts), texts, { ...optionsFor(texts), usedElsewhere: evals.uses });
  if (evals.files.length === 0 && evals.problems.length === 0) return project;
  const { problems, sources } = compileEvals(evals, project.compiled, { compileSchema, modes: ['normal', 'dry_run'] });
  const { compiled, ...rest } = project;
  const isRunnable = compiled !== undefined && problems.every(({ severity }) => severity !== 'error');
  return {
    ...rest,
    problems: [...rest.problems, ...problems],
    sources: new Map([...rest.sources, ...sources]),
    ...(isRunnable && { compiled }),
  };
}

function parseTexts(texts: Texts): ParsedProject {
  const workflowTexts = new Map([...texts].filter(([file]) => file.startsWith('workflows/')));
  return parseManifests(new Map([...texts].filter(([file]) => !file.includes('/'))), workflowTexts);
}

function optionsFor(texts: Texts): CheckOptions {
  const modules = new Set(texts.keys());
  return { compileSchema, checkValue, checkScript: scriptProblems, modules, environmentNames, secretFaults };
}

/** What is set when a sample is checked. */
const environmentNames: ReadonlySet<string> = new Set(['LOG_DIRECTORY', 'PROVIDER', 'KEY']);

/** What is wrong with secret files when a sample is checked. */
const secretFaults: ReadonlyMap<string, string> = new Map([
  ['secrets/missing', 'is not there'],
  ['secrets', 'is no file'],
]);

const ajv = new Ajv2020({ strict: false, validateFormats: false });

function checkValue(schema: SchemaReference, value: unknown): string | undefined {
  return typeof schema === 'object' && !ajv.validate(schema, value) ? ajv.errorsText(ajv.errors) : undefined;
}

function compileSchema(schema: unknown): string | undefined {
  try {
    const isValid = typeof schema === 'object' && schema !== null && ajv.validateSchema(schema) === true;
    return isValid ? undefined : ajv.errorsText(ajv.errors);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
