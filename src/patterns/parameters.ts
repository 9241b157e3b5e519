import { z } from 'zod';
import { EngineError } from '../index.ts';

/** Becomes an id of a node and a name in expressions. */
const Id = z.string().regex(/^[A-Za-z]\w{0,63}$/u, {
  error: 'An id is a letter, and then at most 63 letters, digits and "_".',
});

const Model = z.record(z.string(), z.json());
const Names = z.array(z.string().min(1));

/** An agent of a pattern. */
export const Role = z.strictObject({
  /** Its instructions, as a template, or the path of a file with them that ends in ".md". */
  prompt: z.string().min(1),
  /** Its own model, as in engine.yaml: `{ provider: 'anthropic', model: 'claude-sonnet-4-5' }`. Default: that of the pattern. */
  model: Model.optional(),
  /** Names of tools that it may use. */
  tools: Names.optional(),
});
export type Role = z.infer<typeof Role>;

export const NamedRole = z.strictObject({ id: Id, ...Role.shape });
export type NamedRole = z.infer<typeof NamedRole>;

/** What all patterns take. */
export const common = {
  /** Id of the workflow and name of the project. Default: that of the pattern. */
  id: Id.optional(),
  description: z.string().min(1).optional(),
  /** The model of all agents that name none, as in engine.yaml. Default: the first provider that is there, else `offline`. */
  model: Model.optional(),
  /** Tools that roles name, as in tools.yaml. */
  tools: z.record(z.string(), Model).optional(),
  /** What tools may do, as in engine.yaml. */
  permissions: Model.optional(),
};
export type Common = z.infer<z.ZodObject<typeof common>>;

/** What becomes of the work when the rounds are over and it is not finished, as `on_exhausted` of a repeat. */
export const OnExhausted = z.enum(['partial', 'accept', 'fail']);

/** Words that expressions know as something else. */
const words = new Set(['true', 'false', 'null', 'in']);

/** A check that ids are different ones, and none of those that the pattern needs itself. */
export function distinct(reserved: readonly string[]): (context: z.core.ParsePayload<readonly NamedRole[]>) => void {
  return ({ value, issues }) => {
    const seen = new Set<string>();
    for (const [index, { id }] of value.entries()) {
      const isTaken = reserved.includes(id) || words.has(id);
      if (isTaken || seen.has(id)) {
        const message = isTaken ? `The id "${id}" has another meaning here.` : `The id "${id}" is there twice.`;
        issues.push({ code: 'custom', message, path: [index, 'id'], input: id });
      }
      seen.add(id);
    }
  };
}

/** Throws ENGINE_PATTERN_INVALID with all that is wrong. */
export function readParameters<T>(what: string, schema: z.ZodType<T>, parameters: unknown): T {
  const result = schema.safeParse(parameters);
  if (result.success) return result.data;
  const sentences = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `"${path.join('.')}": ${message}`,
  );
  throw new EngineError('ENGINE_PATTERN_INVALID', `${what} cannot be made. ${sentences.join(' ')}`, {
    hint: 'See what it takes in docs/patterns.md.',
    details: { problems: sentences },
  });
}
