/** What a line is made from: an event, also one of another version. */
export interface LineEvent {
  readonly time: number;
  readonly taskId: string;
  readonly stageId?: string | undefined;
  readonly type: string;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** An event as a line for people: when, where, what, and its facts in short. */
export function eventLine({ time, taskId, stageId, type, data = {} }: LineEvent): string {
  const place = [taskId, stageId].filter((part) => part !== undefined && part !== '').join(' ');
  return oneLine([clockTime(time), place, type, ...factsOf(data)].filter((part) => part !== '').join('  '));
}

const longestFact = 80;

function factsOf(data: Readonly<Record<string, unknown>>): readonly string[] {
  const facts = Object.entries(data).flatMap(([name, value]) => {
    const text = factText(value);
    return text === '' || name.endsWith('Hash') ? [] : [`${name}=${shortened(text)}`];
  });
  return facts.length === 0 ? [] : [facts.join(' ')];
}

function factText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
  if (isFailure(value)) return `${value.code}: ${value.message}`;
  return JSON.stringify(value) ?? '';
}

function isFailure(value: unknown): value is { readonly code: string; readonly message: string } {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}

function shortened(text: string): string {
  return text.length > longestFact ? `${text.slice(0, longestFact - 1).toWellFormed()}…` : text;
}

/** What controls a terminal has no business in a line: texts come from models and tools. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');
}

function clockTime(time: number): string {
  return new Date(time).toISOString().slice(11, 23);
}
