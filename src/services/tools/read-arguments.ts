import { failureOf, type Failure } from '../../errors/index.ts';
import type { SchemaReference } from '../../manifest/index.ts';
import type { Repair, Verdict } from '../json/index.ts';
import { invalidInput, issuesOf, sentencesOf } from './failures.ts';
import { copyAsJson } from './json-value.ts';
import { lossesOf } from './losses.ts';
import type { ReadArguments, ToolSchemas } from './port.ts';

/** What a model wrote to call a tool. */
export interface WrittenCall {
  readonly tool: string;
  /** An object, or text that is to be one. Nothing, null and an empty text count as {}. */
  readonly written: unknown;
  /** Absent for a tool that declares none: then any object will do. */
  readonly inputSchema: SchemaReference | undefined;
  /** The tool could do harm, so it only gets what is certain to be what the model meant. */
  readonly isHarmful: boolean;
  /** The provider stopped at its token limit. */
  readonly isCutOff: boolean;
}

const mostBytes = 67_108_864;
const untouched: Repair = { category: 'none', tier: 0, lossless: true, actions: [], unlisted: 0 };

/** The arguments of a call that a model wrote, repaired as far as is safe for this tool. */
export function readArguments(call: WrittenCall, schemas: ToolSchemas): ReadArguments {
  const { tool, isHarmful } = call;
  const verdict = judgeSafely(call, schemas);
  if ('code' in verdict) return { ok: false, failure: verdict };
  if (!('repair' in verdict)) return { ok: false, failure: invalidInput(tool, verdict.findings) };
  const { value, repair } = verdict;
  if (isHarmful && !repair.lossless) return { ok: false, failure: uncertainInput(tool, repair) };
  return { ok: true, value, repair };
}

/** A verdict, or the failure of a schema that cannot be used. */
function judgeSafely(call: WrittenCall, schemas: ToolSchemas): Verdict | Failure {
  try {
    return judge(call, schemas);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    return failure;
  }
}

function judge({ written, inputSchema, isCutOff }: WrittenCall, schemas: ToolSchemas): Verdict {
  const isText = typeof written === 'string' && written.trim() !== '';
  if (isText) return schemas.judge(written, inputSchema ?? { type: 'object' }, { isCutOff });
  const copy = copyAsJson(typeof written === 'string' ? {} : (written ?? {}), mostBytes);
  if (!copy.ok) {
    const message = `They are no plain JSON: ${copy.reason}.`;
    return { category: 'major', message, findings: [{ path: '', rule: copy.problem, message }] };
  }
  // a tool that declares no schema takes whatever its code takes
  return inputSchema === undefined
    ? { value: copy.value, repair: untouched }
    : schemas.judgeValue(copy.value, inputSchema);
}

function uncertainInput(tool: string, repair: Repair): Failure {
  const losses = lossesOf(repair);
  return {
    code: 'tool.invalid_input',
    message: `Tool "${tool}" can change things, so it does not run on arguments that had to be guessed at: ${sentencesOf(losses)}`,
    hint: 'Call it again with whole, valid JSON that fits its input schema.',
    details: { issues: issuesOf(losses) },
  };
}
