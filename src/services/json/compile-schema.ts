import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { JsonSchema } from '../../manifest/index.ts';
import { distinct, findingOf, type SchemaFinding } from './finding.ts';
import { isPlainSchema } from './plain-schema.ts';
import { mapSchema, type SchemaObject } from './schema-walk.ts';
import { areUnique } from './unique-items.ts';
import { extentProblem, measure } from './value-extent.ts';

export type Check = (value: unknown) => SchemaFinding[];

const mostFindings = 20;
/** Above this the first finding must do: a list of all of them could be as long as the value. */
const mostNodesForAllFindings = 10_000;
/**
 * How many references are followed for one value. Overlapping branches of a recursive schema double the work, and the list
 * of errors, with each level of the value: time and memory would run out long before the value ends.
 */
const referencesPerNode = 10;
const spareReferences = 5_000;
const mostReferences = 250_000;

/** Compiles a schema that needs no other one; throws what Ajv throws when the schema is broken. */
export function compileSchema(schema: JsonSchema): Check {
  let refers = false;
  const bounded = mapSchema(schema, (node) => {
    if (!isReference(node)) return boundIntegers(node);
    refers = true;
    return { ...boundIntegers(node), countReference: true };
  });
  const first = compileWith(theAjv('first'), bounded);
  if (refers) refuseEndlessReferences(first);
  let all: ValidateFunction | undefined;
  return (value) => {
    const extent = measure(value);
    const problem = extentProblem(extent);
    if (problem !== undefined) return [{ path: '', rule: 'extent', message: problem }];
    const references = Math.min(spareReferences + referencesPerNode * extent.nodes, mostReferences + extent.nodes);
    const findings = run(first, value, references);
    if (findings.length === 0 || extent.nodes > mostNodesForAllFindings) return distinct(findings, mostFindings);
    all ??= compileWith(theAjv('all'), bounded);
    return distinct(run(all, value, references), mostFindings);
  };
}

export interface Parts {
  /** The findings of the whole schema, at most a few; for values that are known to be no deeper than a reader allows. */
  readonly isValid: (value: unknown, size: number) => boolean;
  /** Whether a value fits the part of the schema that a pointer names. */
  readonly accepts: (pointer: string, value: unknown) => boolean;
}

/** Checks values against parts of a schema that compiles. Parts are compiled when they are first asked for. */
export function compileParts(schema: JsonSchema): Parts {
  const bounded = mapSchema(schema, (node) => {
    return isReference(node) ? { ...boundIntegers(node), countReference: true } : boundIntegers(node);
  });
  const whole = compileWith(theAjv('first'), bounded);
  const validators = new Map<string, ValidateFunction | undefined>();
  let ajv: Ajv2020 | undefined;
  const compilePart = (pointer: string): ValidateFunction | undefined => {
    ajv ??= newAjv(false).addSchema(bounded, partsOf, undefined, false);
    try {
      return ajv.compile({ $ref: `${partsOf}#${encodeURI(pointer)}` });
    } catch {
      return undefined;
    }
  };
  return {
    isValid: (value, size) =>
      run(whole, value, Math.min(spareReferences + referencesPerNode * size, mostReferences + size)).length === 0,
    accepts: (pointer, value) => {
      if (pointer === '') return run(whole, value, mostReferences).length === 0;
      if (!validators.has(pointer)) validators.set(pointer, compilePart(pointer));
      const validate = validators.get(pointer);
      return validate !== undefined && run(validate, value, mostReferences).length === 0;
    },
  };
}

const partsOf = 'urn:agent-engine:schema';

/** Counts down while one value is checked, which happens without interruption. */
let referencesLeft = 0;

function run(validate: ValidateFunction, value: unknown, references: number): SchemaFinding[] {
  referencesLeft = references;
  try {
    return validate(value) ? [] : (validate.errors ?? []).map(findingOf);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [{ path: '', rule: 'extent', message: 'The value is too involved to be checked against the schema.' }];
  }
}

type Extensiveness = 'first' | 'all';
const ajvs = new Map<Extensiveness, Ajv2020>();

/** Made once: it takes long, even where Ajv need not compile the schema of schemas. */
function theAjv(findings: Extensiveness): Ajv2020 {
  const ajv = ajvs.get(findings) ?? newAjv(findings === 'all');
  ajvs.set(findings, ajv);
  return ajv;
}

function compileWith(ajv: Ajv2020, schema: JsonSchema): ValidateFunction {
  try {
    if (isPlainSchema(schema) || ajv.validateSchema(schema) === true) return ajv.compile(schema);
    const [finding] = (ajv.errors ?? []).map(findingOf);
    throw new Error(finding?.message ?? 'it is no JSON Schema');
  } finally {
    // Ajv would keep every schema it has ever seen
    if (typeof schema === 'object') ajv.removeSchema(schema);
  }
}

function newAjv(allErrors: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors,
    verbose: true,
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    // "toString" must not count as a member that every object has
    ownProperties: true,
    logger: false,
    validateSchema: false, // asked for where it is needed
    // most of the time of compiling, for what V8 does anyway
    code: { optimize: false },
  });
  formats.default(ajv);
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (isAsked: boolean, items: readonly unknown[]) => !isAsked || areUnique(items),
  });
  ajv.addKeyword({
    keyword: 'countReference',
    // after it, only references that led to a match would be counted
    before: '$ref',
    schemaType: 'boolean',
    validate: () => {
      referencesLeft -= 1;
      if (referencesLeft < 0) throw new RangeError('too many references');
      return true;
    },
  });
  return ajv;
}

/** JSON.parse has rounded larger integers already: what arrives is another number than what was written. */
function boundIntegers(node: SchemaObject): SchemaObject {
  const { type, maximum, minimum } = node;
  const types = Array.isArray(type) ? type : [type];
  if (!types.includes('integer') || types.includes('number')) return node;
  return {
    ...node,
    maximum: typeof maximum === 'number' ? Math.min(maximum, Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER,
    minimum: typeof minimum === 'number' ? Math.max(minimum, Number.MIN_SAFE_INTEGER) : Number.MIN_SAFE_INTEGER,
  };
}

function isReference(node: SchemaObject): boolean {
  return Object.hasOwn(node, '$ref') || Object.hasOwn(node, '$dynamicRef');
}

/** A schema such as { "$ref": "#" } compiles, and then no value can be checked against it. */
function refuseEndlessReferences(validate: ValidateFunction): void {
  for (const probe of [null, true, 0, '', [], {}]) {
    referencesLeft = spareReferences;
    try {
      validate(probe);
    } catch (error) {
      throw new Error('it refers to itself without end', { cause: error });
    }
  }
}
