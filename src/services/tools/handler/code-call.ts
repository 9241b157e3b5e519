import { z } from 'zod';
import { failureOf, isEngineError, isFailureKind, type Failure, type FailureKind } from '../../../errors/index.ts';
import type { SchemaReference } from '../../../manifest/index.ts';
import type { CallContext, Preparation, ToolEnvironment } from '../adapter.ts';
import type { ToolDefinition } from '../define-tool.ts';
import { invalidInput, invalidOutput, issuesOf, outputLimit, sentencesOf, toolFailed } from '../failures.ts';
import { copyAsJson, type JsonValue } from '../json-value.ts';
import type { SchemaViolation, ToolOutcome } from '../port.ts';

/** The schemas a manifest adds to those of the code: a value has to fit both. */
export interface DeclaredSchemas {
  readonly input_schema?: SchemaReference | undefined;
  readonly output_schema?: SchemaReference | undefined;
}

interface CodeTool {
  readonly definition: ToolDefinition;
  readonly declared: DeclaredSchemas;
  readonly environment: ToolEnvironment;
}

/** Calls a function of the user's: checked before, checked after, and its errors told as failures. */
export function prepareCodeCall(tool: CodeTool, arguments_: JsonValue): Preparation {
  const { name } = tool.environment;
  const checked = violations(tool, [tool.declared.input_schema, tool.definition.inputSchema], arguments_);
  if (!checked.ok) return checked;
  if (checked.found.length > 0) return { ok: false, failure: invalidInput(name, checked.found) };
  return {
    ok: true,
    call: {
      run: async (context) => await runCode(tool, arguments_, context),
      preview: async () => await Promise.resolve({ not_run: 'dry_run', would_call: name, arguments: arguments_ }),
    },
  };
}

/** The call alone, for arguments that have been checked. */
export async function runCode(tool: CodeTool, arguments_: JsonValue, context: CallContext): Promise<ToolOutcome> {
  try {
    const { signal, idempotencyKey, mode } = context;
    const answer = untilAborted(
      async () => await tool.definition.run(arguments_, { signal, idempotencyKey, mode }),
      signal,
    );
    return checkOutput(tool, await answer);
  } catch (error) {
    return { ok: false, failure: thrownFailure(error, tool.environment) };
  }
}

/** Code that does not heed its signal is left behind: nothing can end it, and nobody waits for it. */
async function untilAborted<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  return await new Promise((resolve, reject) => {
    const leave = (): void => reject(new Error('The call was ended.'));
    signal.addEventListener('abort', leave, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', leave));
  });
}

function checkOutput(tool: CodeTool, answer: unknown): ToolOutcome {
  const { name, maxOutputBytes } = tool.environment;
  const copy = copyAsJson(answer, maxOutputBytes);
  if (!copy.ok) {
    const isTooLarge = copy.problem === 'too_large';
    const failure = isTooLarge
      ? outputLimit(name, maxOutputBytes, 'The output')
      : invalidOutput(name, `${copy.reason}.`);
    return { ok: false, failure };
  }
  const checked = violations(tool, [tool.declared.output_schema, tool.definition.outputSchema], copy.value);
  if (!checked.ok) return checked;
  if (checked.found.length === 0) return { ok: true, output: tool.environment.values.redactAll(copy.value) };
  const failure = invalidOutput(name, sentencesOf(checked.found));
  return { ok: false, failure: { ...failure, details: { issues: issuesOf(checked.found) } } };
}

type Checked =
  { readonly ok: true; readonly found: readonly SchemaViolation[] } | { readonly ok: false; readonly failure: Failure };

function violations(tool: CodeTool, schemas: readonly (SchemaReference | undefined)[], value: JsonValue): Checked {
  const { name, schemas: validator } = tool.environment;
  try {
    const found = schemas.flatMap((schema) => (schema === undefined ? [] : validator.validate(schema, value)));
    return { ok: true, found };
  } catch (error) {
    const reported = reportedFailure(error);
    if (reported?.code === 'config.invalid') return { ok: false, failure: reported };
    const reason = textOf(error, tool.environment) ?? 'it cannot be compiled';
    const message = `A schema of tool "${name}" cannot be used: ${reason.replace(/\.$/u, '')}.`;
    return { ok: false, failure: { code: 'config.invalid', message, hint: 'Correct the schema of the tool.' } };
  }
}

function thrownFailure(error: unknown, environment: ToolEnvironment): Failure {
  const { name, projectDirectory } = environment;
  const reported = reportedFailure(error);
  if (reported !== undefined) return reported;
  const reason =
    textOf(error, environment)?.replaceAll(projectDirectory, '.').replace(/\.$/u, '') ?? 'it threw what is no error';
  const hint = isEngineError(error) ? error.hint : undefined;
  return toolFailed(`Tool "${name}" failed: ${reason}.`, hint ?? 'Look into the code of the tool.');
}

const Reported = z.object({
  code: z.custom<FailureKind>(isFailureKind),
  message: z.string(),
  hint: z.string().optional(),
  retry_after_ms: z.number().min(0).optional(),
  details: z.record(z.string(), z.json()).optional(),
});

/** A failure that the code gives on purpose, rebuilt as plain JSON; undefined when it gives none that can be used. */
function reportedFailure(error: unknown): Failure | undefined {
  try {
    const parsed = Reported.safeParse(failureOf(error));
    if (!parsed.success) return undefined;
    const { code, message, hint, retry_after_ms, details } = parsed.data;
    return {
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(retry_after_ms === undefined ? {} : { retry_after_ms }),
      ...(details === undefined ? {} : { details }),
    };
  } catch {
    return undefined;
  }
}

/** The first line of what an error says; undefined when it says nothing. */
function textOf(error: unknown, { values }: Pick<ToolEnvironment, 'values'>): string | undefined {
  try {
    const text = error instanceof Error ? error.message : error;
    if (typeof text !== 'string') return undefined;
    // What is cut off a secret would no longer be known for a part of it.
    const line = values.redact(text).trim().split('\n', 1)[0]?.slice(0, 500);
    return line === '' ? undefined : line;
  } catch {
    return undefined;
  }
}
