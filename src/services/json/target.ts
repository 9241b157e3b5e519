import { failureError } from '../../errors/index.ts';
import type { JsonSchema } from '../../manifest/index.ts';
import { compileParts, compileSchema, type Check, type Parts } from './compile-schema.ts';
import { rootShape, type RootShape } from './root-shape.ts';
import { bundleSchema } from './schema-bundle.ts';
import { hasDefaults, viewOf, type View } from './schema-tier/view.ts';
import { maxSchemaDepth, nestingProblem } from './schema-walk.ts';
import { measure } from './value-extent.ts';

/** A schema made ready for reading answers. */
export interface Target {
  readonly schema: JsonSchema;
  readonly shape: RootShape;
  readonly check: Check;
  readonly parts: Parts;
  readonly view: View;
  readonly views: Map<string, View>;
  /** Values have to be walked, since something may have to be filled in. */
  readonly hasDefaults: boolean;
}

/** Throws a `config.invalid` failure for a schema that does not compile. */
export function compileTarget(given: JsonSchema): Target {
  try {
    if (measure(given).depth > maxSchemaDepth) throw new Error(nestingProblem);
    const bundle = bundleSchema(structuredClone(given), new Map());
    if ('problem' in bundle) throw new Error(bundle.problem);
    return targetOf(bundle.schema, compileSchema(bundle.schema));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw Object.assign(failureError({ code: 'config.invalid', message: `The schema cannot be used: ${problem}` }), {
      cause: error,
    });
  }
}

/** For a schema that compiles and needs no other one. */
export function targetOf(schema: JsonSchema, check: Check): Target {
  return {
    schema,
    shape: rootShape(schema),
    check,
    parts: compileParts(schema),
    view: viewOf(schema, [{ schema, pointer: '' }]),
    views: new Map(),
    hasDefaults: hasDefaults(schema),
  };
}
