import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { manifestSchema } from '../../../../src/manifest-compiler/index.ts';
import { parseText } from '../../../../src/manifest-compiler/read/index.ts';
import type { ProblemPath } from '../../../../src/errors/index.ts';
import { findUnits } from '../../../../src/manifest-compiler/read/workflow-units.ts';
import { EvalsFile, fileKinds, manifestFiles, WorkflowFile, type FileKind } from '../../../../src/manifest/index.ts';
import { createSchemaValidator } from '../../../../src/services/index.ts';
import { configDirectory, configNames } from '../../../support/config-projects.ts';
import { propertySettings, propertyTimeoutMs } from '../../../support/property-settings.ts';
import { readTexts, sampleNames, samplesDirectory } from '../../../support/sample-project.ts';

interface Manifest {
  readonly name: string;
  readonly kind: FileKind;
  readonly value: unknown;
}

const root = path.resolve(import.meta.dirname, '../../../..');
const validator = createSchemaValidator({});
const schemas = new Map(fileKinds.map((kind) => [kind, manifestSchema(kind)]));

/** What child tasks run is loose at first, and held against the same schemas in a second step. */
function passesZod({ kind, value }: Manifest): boolean {
  if (kind === 'evals') return EvalsFile.safeParse(value).success;
  if (kind !== 'workflow') return manifestFiles[kind].safeParse(value).success;
  const file = WorkflowFile.safeParse(value);
  if (!file.success) return false;
  const main = { name: '', file: 'workflow.yaml', broken: [], kept: new Map(), toFile: (place: ProblemPath) => place };
  return findUnits({ ...main, workflow: file.data.workflow }, new Map()).problems.length === 0;
}

const passesSchema = ({ kind, value }: Manifest): boolean =>
  validator.validate(schemas.get(kind) ?? false, value).length === 0;

/** The manifests of a project that are well-formed. */
function manifestsIn(directory: string): Manifest[] {
  return [...readTexts(directory)].flatMap(([file, text]) => {
    const kind = fileKinds.find((name) =>
      new RegExp(`^${name}${name === 'evals' ? '/.*' : ''}\\.(?:ya?ml|json)$`, 'u').test(file),
    );
    if (kind === undefined) return [];
    const { value, problems } = parseText(file, text);
    return problems.length > 0 ? [] : [{ name: `${path.basename(directory)}/${file}`, kind, value }];
  });
}

const samples = (kind: 'invalid' | 'valid'): Manifest[] =>
  sampleNames(kind).flatMap((name) => manifestsIn(path.join(samplesDirectory, kind, name)));

const configs = configNames().flatMap((name) => manifestsIn(configDirectory(name)));
const valid = [...configs, ...samples('valid'), ...manifestsIn(path.join(root, 'test/fixtures/spec-shapes'))];

it('accepts every manifest of the examples, of the valid samples and of the canonical shapes', () => {
  expect(new Set(configs.map(({ kind }) => kind))).toEqual(new Set(fileKinds));
  expect(valid.filter((manifest) => !passesSchema(manifest)).map(({ name }) => name)).toEqual([]);
});

it('says the same of every invalid sample as the check does that validates', () => {
  const found = samples('invalid').map((manifest) => ({
    name: manifest.name,
    zod: passesZod(manifest),
    schema: passesSchema(manifest),
  }));
  expect(found.filter(({ zod, schema }) => zod !== schema)).toEqual([]);
  expect(found.filter(({ zod }) => !zod).length).toBeGreaterThan(15);
});

type Place = readonly (string | number)[];

function places(value: unknown, here: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [here];
  const steps: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [here, ...steps.flatMap(([step, child]) => places(child, [...here, step]))];
}

const removed = Symbol('removed');

/** A copy in which another value stands at a place, or none. */
function withValue(value: unknown, [step, ...rest]: Place, replacement: unknown): unknown {
  if (step === undefined) return replacement === removed ? {} : replacement;
  if (typeof value !== 'object' || value === null) return value;
  const next = withValue(Reflect.get(value, step), rest, replacement);
  const isGone = rest.length === 0 && replacement === removed;
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => (index !== step ? [item] : isGone ? [] : [next]));
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, child]) => (key !== step ? [[key, child]] : isGone ? [] : [[key, next]])),
  );
}

const numbers = [0, 1, -1, 1.5, 101, 1e300];
const words = ['', ' ', 'x', 'agent', 'tool', 'end', '5m', '5 minutes', '__proto__'];
const nested = [[], ['x'], ['tool'], [''], {}, { type: 'end', id: 'x' }, { 'no id': {} }, { unknown_field: 1 }];
const strangeValues = fc.constantFrom<unknown>(removed, null, true, ...numbers, ...words, ...nested);

it(
  'says the same of manifests in which something was changed, taken out or added',
  () => {
    const changes = fc.constantFrom(...valid).chain((manifest) =>
      fc.record({
        manifest: fc.constant(manifest),
        place: fc.constantFrom(...places(manifest.value)),
        value: strangeValues,
      }),
    );
    let refused = 0;
    fc.assert(
      fc.property(changes, ({ manifest, place, value }) => {
        const changed = { ...manifest, value: withValue(manifest.value, place, value) };
        const expected = passesZod(changed);
        if (!expected) refused += 1;
        return passesSchema(changed) === expected;
      }),
      propertySettings(1_000),
    );
    expect(refused).toBeGreaterThan(100);
  },
  propertyTimeoutMs,
);
