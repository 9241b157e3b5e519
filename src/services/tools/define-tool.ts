import type { SchemaReference, ToolCapability } from '../../manifest/index.ts';
import type { ToolMode } from './port.ts';

export interface ToolContext {
  /** Aborted when the task is cancelled, time runs out or the engine closes. */
  readonly signal: AbortSignal;
  readonly idempotencyKey: string;
  readonly mode: ToolMode;
}

/** Gets a copy of the arguments and gives back plain JSON. What it throws becomes a failure of the tool. */
export type ToolHandler<Arguments = unknown, Output = unknown> = (
  arguments_: Arguments,
  context: ToolContext,
) => Output | Promise<Output>;

export interface ToolDefinition<Arguments = unknown, Output = unknown> {
  readonly description?: string;
  readonly inputSchema?: SchemaReference;
  readonly outputSchema?: SchemaReference;
  /** Without them the tool is taken to be able to do anything, and never runs in a safe mode. */
  readonly capabilities?: readonly ToolCapability[];
  // Written as a method, so that a tool with typed arguments fits where any tool is taken.
  run(arguments_: Arguments, context: ToolContext): Output | Promise<Output>;
}

/** Checks the shape of a tool at compile time; the arguments have passed `inputSchema` when `run` is called. */
export function defineTool<Arguments = unknown, Output = unknown>(
  definition: ToolDefinition<Arguments, Output>,
): ToolDefinition<Arguments, Output> {
  return definition;
}
