import { z } from 'zod';

/** Letters, digits, "_" and "-", beginning with a letter or "_": safe as a state key, a file name and in an expression. */
export const Id = z
  .string()
  .max(128)
  .regex(/^(?!__proto__$)[A-Za-z_][\w-]*$/u)
  .meta({
    description: 'A name of letters, digits, "_" and "-", beginning with a letter or "_".',
    examples: ['review_module'],
  });
export type Id = z.infer<typeof Id>;

export const Duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/u)
  .meta({ description: 'A number with a unit: ms, s, m, h or d.', examples: ['500ms', '120s', '5m'] });
export type Duration = z.infer<typeof Duration>;

/** Every manifest may begin with it. Editors read it, the engine does not. */
export const SchemaAddress = z
  .string()
  .optional()
  .meta({
    description: 'Where an editor finds the JSON Schema of this file. The engine does not read it.',
    examples: ['./node_modules/agent-engine/dist/schemas/workflow.schema.json'],
  });

/** A value in which strings may hold `${{ expression }}`; what it may contain is checked by the compiler. */
export const Mapping = z.json().meta({
  description:
    'Any value. A string may hold ${{ expression }}; one that is nothing else takes the value of the expression.',
  examples: [{ text: '${{ stages.gather.output.summary }}' }],
});
export type Mapping = z.infer<typeof Mapping>;

export const MappingObject = z.record(z.string(), Mapping).meta({
  description: 'A map of any values. Strings in it may hold ${{ expression }}.',
  examples: [{ text: '${{ stages.gather.output.summary }}' }],
});
export type MappingObject = z.infer<typeof MappingObject>;

export const Expression = z
  .string()
  .min(1)
  .meta({ description: 'A CEL expression.', examples: ['output.score >= 0.8', 'stages.review.output.approved'] });
export type Expression = z.infer<typeof Expression>;

/** JSON Schema, draft 2020-12: kept as written, compiled by the validator. */
export const JsonSchema = z.union([z.boolean(), z.record(z.string(), z.json())]).meta({
  description: 'A JSON Schema, draft 2020-12.',
  examples: [{ type: 'object', required: ['summary'], properties: { summary: { type: 'string' } } }],
});
export type JsonSchema = z.infer<typeof JsonSchema>;

export const SchemaReference = z.union([z.string().min(1), z.record(z.string(), z.json())]).meta({
  description: 'Name of a file in schemas/ without .json, or a JSON Schema.',
  examples: ['ArchitectOutput', { type: 'object', required: ['summary'] }],
});
export type SchemaReference = z.infer<typeof SchemaReference>;

export const FailureCategoryName = z
  .enum([
    'config',
    'routing',
    'agent',
    'provider',
    'json',
    'tool',
    'permission',
    'context',
    'memory',
    'timeout',
    'budget',
    'cancelled',
    'branch_failed',
    'plugin',
    'internal',
  ])
  .meta({ id: 'failure_category', description: 'Why a stage failed.', examples: ['tool'] });
export type FailureCategoryName = z.infer<typeof FailureCategoryName>;
