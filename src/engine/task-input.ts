import { EngineError } from '../errors/index.ts';

const defaultMaxInputBytes = 8 * 1_048_576;

/** Throws TASK_INPUT_INVALID. */
export function checkId(id: string | undefined): void {
  if (id === undefined || /^[\w.-]{1,128}$/u.test(id)) return;
  throw new EngineError('TASK_INPUT_INVALID', 'The id of a task is not made of letters, digits, ".", "_" and "-".', {
    hint: 'Choose another id of at most 128 characters, or leave it out.',
  });
}

/**
 * The request as it will be read back from a journal; the caller's object may change. Throws TASK_INPUT_INVALID,
 * TASK_INPUT_TOO_LARGE.
 */
export function plainInput(input: unknown, limit = defaultMaxInputBytes): unknown {
  const text = inputText(input);
  const bytes = Buffer.byteLength(text);
  if (bytes <= limit) {
    const value: unknown = JSON.parse(text);
    return value;
  }
  throw new EngineError('TASK_INPUT_TOO_LARGE', `The request has ${bytes} bytes as JSON; the limit is ${limit}.`, {
    hint: 'Shorten it, name a file that a tool can read, or raise limits.max_input_bytes in engine.yaml.',
    details: { bytes, limit },
  });
}

function inputText(input: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(input);
  } catch (cause) {
    throw new EngineError('TASK_INPUT_INVALID', 'The request cannot be written as JSON.', {
      hint: 'Give plain data.',
      cause,
    });
  }
  if (text === undefined) {
    throw new EngineError('TASK_INPUT_INVALID', 'There is no request.', { hint: 'Give a text, or any JSON value.' });
  }
  return text;
}
