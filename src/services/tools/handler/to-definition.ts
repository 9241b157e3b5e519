import { z } from 'zod';
import { SchemaReference } from '../../../manifest/index.ts';
import { isToolCapability } from '../capabilities.ts';
import type { ToolDefinition } from '../define-tool.ts';

const Code = z.custom<ToolDefinition['run']>((value) => typeof value === 'function', 'expected a function');

/** Not strict: what a definition of a later version adds is no reason to refuse it. */
const Definition = z.object({
  description: z.string().optional(),
  inputSchema: SchemaReference.optional(),
  outputSchema: SchemaReference.optional(),
  capabilities: z
    .array(z.custom<NonNullable<ToolDefinition['capabilities']>[number]>(isToolCapability, 'unknown capability'))
    .optional(),
  run: Code,
});

export type DefinitionResult =
  { readonly ok: true; readonly definition: ToolDefinition } | { readonly ok: false; readonly reason: string };

/** Takes what a module exports or a program registers: a function, or what defineTool gives back. */
export function toDefinition(value: unknown): DefinitionResult {
  const parsed = Definition.safeParse(typeof value === 'function' ? { run: value } : value);
  if (!parsed.success) return { ok: false, reason: reasonOf(parsed.error.issues) };
  const { description, inputSchema, outputSchema, capabilities, run } = parsed.data;
  const definition: ToolDefinition = {
    ...(description === undefined ? {} : { description }),
    ...(inputSchema === undefined ? {} : { inputSchema }),
    ...(outputSchema === undefined ? {} : { outputSchema }),
    ...(capabilities === undefined ? {} : { capabilities }),
    // Called on what it came with, since a definition may be an object whose run uses "this".
    run: (arguments_, context) => run.call(value, arguments_, context),
  };
  return { ok: true, definition };
}

function reasonOf(issues: readonly z.core.$ZodIssue[]): string {
  const [issue] = issues;
  if (issue === undefined || issue.path.length === 0)
    return 'it is neither a function nor an object with a function "run"';
  return `its "${issue.path.map(String).join('.')}" is wrong: ${issue.message}`;
}
