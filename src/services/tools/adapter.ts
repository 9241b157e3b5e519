import { z } from 'zod';
import type { Failure } from '../../errors/index.ts';
import type { SchemaReference, ToolCapability, ToolSpec, ToolType } from '../../manifest/index.ts';
import type { EnvironmentValues, PermissionDecision, PermissionPolicy, Redaction } from '../security/index.ts';
import type { ToolDefinition, ToolHandler } from './define-tool.ts';
import { invalidInput } from './failures.ts';
import type { HostResolver } from './http/host-resolver.ts';
import type { JsonValue } from './json-value.ts';
import type { McpServers } from './mcp/mcp-servers.ts';
import type {
  CallMemory,
  ChangeRecorder,
  SchemaViolation,
  ToolMode,
  ToolOutcome,
  ToolSchemas,
  WorkspaceFiles,
} from './port.ts';

export type ToolSpecs = { readonly [Type in ToolType]: Extract<ToolSpec, { type: Type }> };

/** What an adapter is built with: the same for every tool but the name and the limits. */
export interface ToolEnvironment {
  readonly name: string;
  readonly maxOutputBytes: number;
  /** Real path. */
  readonly projectDirectory: string;
  /** The path the project was opened by, absolute: people and models may write it. */
  readonly writtenProjectDirectory: string;
  /** What the engine and the manifest of the tool permit. A call goes by the policy of its context, which is narrower. */
  readonly policy: PermissionPolicy;
  /** Any host may be reached: engine and tool permit "*". */
  readonly hasOpenNetwork: boolean;
  /** Specs are as declared: values of the environment are put in where they are used, and never shown. */
  readonly values: EnvironmentValues;
  /** What no output holds, of files neither. */
  readonly secrets: Redaction;
  readonly schemas: ToolSchemas;
  readonly handlers: ReadonlyMap<string, ToolHandler | ToolDefinition>;
  /** Where the names of hosts lead. */
  readonly resolveHost: HostResolver;
  readonly servers: McpServers;
  /** Runs work on one key after the other, so that two calls never change one file at once. */
  readonly serialize: <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;
}

export interface CallContext {
  readonly signal: AbortSignal;
  readonly idempotencyKey: string;
  readonly mode: ToolMode;
  /** What engine, tool, agent and task permit: everything that a call does is checked against it. */
  readonly policy: PermissionPolicy;
  /** To be told of every check that allowed something; what is refused is told by its failure. */
  readonly checked: (decision: PermissionDecision) => void;
  readonly changes?: ChangeRecorder;
  readonly memory?: CallMemory;
}

/** A call whose arguments have been checked. Both functions may throw; `failureOf` tells what it was. */
export interface PreparedCall {
  run(context: CallContext): Promise<ToolOutcome>;
  /** What `run` would do, found out without changing anything: all that happens in a dry run of a harmful tool. */
  preview(context: CallContext): Promise<JsonValue>;
}

export type Preparation =
  { readonly ok: true; readonly call: PreparedCall } | { readonly ok: false; readonly failure: Failure };

export interface AdapterDescription {
  readonly description: string;
  readonly capabilities: readonly ToolCapability[];
  /** Whether it changes nothing. Default: what its capabilities say. */
  readonly isReadOnly?: boolean;
  readonly inputSchema?: SchemaReference;
  readonly outputSchema?: SchemaReference;
}

export interface ToolAdapter {
  /** Asked anew for each call, since a handler may be registered late. */
  describe(): AdapterDescription;
  prepare(arguments_: JsonValue): Preparation;
  /** Of a tool that only knows what it takes once it is connected. Rejects when that fails. */
  connect?(context: Pick<CallContext, 'signal' | 'policy'>): Promise<void>;
  /** Of a tool that records changes of files. */
  readonly files?: WorkspaceFiles;
}

interface BuiltInTool<Input> {
  readonly name: string;
  readonly description: string;
  readonly capabilities: readonly ToolCapability[];
  readonly isReadOnly?: boolean;
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType;
  run(input: Input, context: CallContext): Promise<ToolOutcome>;
  preview(input: Input, context: CallContext): Promise<JsonValue>;
  readonly files?: WorkspaceFiles;
}

/** An adapter whose arguments are checked by a zod schema. */
export function builtInAdapter<Input>(tool: BuiltInTool<Input>): ToolAdapter {
  const { name, description, capabilities, isReadOnly } = tool;
  const schemas = { inputSchema: jsonSchemaOf(tool.input), outputSchema: jsonSchemaOf(tool.output) };
  return {
    ...(tool.files !== undefined && { files: tool.files }),
    describe: () => ({ description, capabilities, ...(isReadOnly !== undefined && { isReadOnly }), ...schemas }),
    prepare(arguments_) {
      const parsed = tool.input.safeParse(arguments_);
      if (!parsed.success) return { ok: false, failure: invalidInput(name, parsed.error.issues.map(toViolation)) };
      return {
        ok: true,
        call: {
          run: async (context) => await tool.run(parsed.data, context),
          preview: async (context) => await tool.preview(parsed.data, context),
        },
      };
    },
  };
}

/** An issue of a zod schema, without the value that broke it. */
export function toViolation(issue: z.core.$ZodIssue): SchemaViolation {
  const path = issue.path.map((key) => `/${String(key)}`).join('');
  const subject = path === '' ? 'The whole' : `"${path}"`;
  return { path, rule: issue.code, message: `${subject} is wrong: ${issue.message.replace(/\.$/u, '')}.` };
}

function jsonSchemaOf(schema: z.ZodType): Record<string, z.core.util.JSONType> {
  return z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(z.toJSONSchema(schema))));
}
