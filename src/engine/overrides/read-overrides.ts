import { EngineError } from '../../errors/index.ts';
import type { CompiledProject } from '../../manifest-compiler/index.ts';
import {
  parseRequest,
  readOverride,
  readShortForm,
  shortForms,
  type GivenOverride,
  type MemoryItem,
  type MemoryStores,
  type OverrideDefaults,
  type ReadOverride,
  type RefusedOverride,
  type RequestReader,
} from '../../services/index.ts';
import { namesIn } from './names.ts';
import type { RequestReading } from './request-reader.ts';

/** As somebody writes one who gives it to a task: id, scope and severity may be left out. */
export type OverrideInput = object | string;

const mostGiven = 200;

/** Overrides of whoever begins a task. What they say is to hold, so the default is to enforce it. Throws TASK_OVERRIDE_INVALID. */
export function callerOverrides(given: unknown, idBefore = 'override'): readonly GivenOverride[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw invalidOverride('they are no list', 'Give a list of overrides.');
  if (given.length > mostGiven) throw invalidOverride(`there are more than ${mostGiven}`, 'Give fewer.');
  const read = given.map((value: unknown, place): GivenOverride => {
    const written = typeof value === 'string' ? longForm(value) : plain(value);
    const found = readOverride(written, { id: `${idBefore}-${place + 1}`, severity: 'enforce' });
    if ('problem' in found) throw invalidOverride(`number ${place + 1} cannot be read: ${found.problem}`);
    return { spec: found.spec, source: { from: 'caller' } };
  });
  const ids = read.map(({ spec }) => spec.id);
  const double = ids.find((id, place) => ids.indexOf(id) !== place);
  if (double !== undefined) throw invalidOverride(`two have the id "${double}"`, 'Give each an id of its own.');
  return read;
}

function longForm(text: string): object {
  const found = readShortForm(text);
  if (found !== undefined) return found;
  const said = text.slice(0, 80);
  const [, key = '', sign = ''] = /^(\w+)(?:\.[\w-]+)?(=?)\s*$/u.exec(text) ?? [];
  if (shortForms.includes(key))
    throw invalidOverride(
      `"${said}" has no ${sign === '' ? '"=" with a value' : 'value'} behind it`,
      `Write the value behind it: ${said.replace(/=?\s*$/u, '')}=…`,
    );
  throw invalidOverride(
    `"${said}" is none`,
    `Write it as an object, or as one of: ${shortForms.map((form) => `${form}=…`).join(', ')}.`,
  );
}

/** As it will be read back from a journal; the caller's object may change. */
function plain(value: unknown): unknown {
  try {
    const copy: unknown = JSON.parse(JSON.stringify(value) ?? 'null');
    return copy;
  } catch (cause) {
    throw invalidOverride('one cannot be written as JSON', 'Give plain data.', cause);
  }
}

export function invalidOverride(
  reason: string,
  hint = 'Give it a kind and a payload, as docs/routing.md shows them.',
  cause?: unknown,
): EngineError {
  return new EngineError('TASK_OVERRIDE_INVALID', `The overrides of the task cannot be used: ${reason}.`, {
    hint,
    ...(cause !== undefined && { cause }),
  });
}

export interface FoundOverrides {
  readonly given: readonly GivenOverride[];
  readonly refused: readonly RefusedOverride[];
  /** Who else read the request. */
  readonly reader?: RequestReader;
}

const mostStored = 200;

/** Preferences that earlier tasks or people left in the stores, the oldest first. One that cannot be read stops nobody. */
export async function storedOverrides(stores: Pick<MemoryStores, 'project' | 'global'>): Promise<FoundOverrides> {
  const found = { given: new Array<GivenOverride>(), refused: new Array<RefusedOverride>() };
  for (const from of ['global', 'project'] as const) {
    const items = await stores[from].query({ kinds: ['override'], policy: 'recency', limit: mostStored });
    for (const item of items.toReversed()) {
      const id = `${from}:${item.id}`.replaceAll(/[^\w.:-]/gu, '_').slice(0, 128);
      const read = readStored(item, { id, severity: 'hint', scope: from });
      if ('spec' in read) found.given.push({ spec: { ...read.spec, id, scope: from }, source: { from } });
      else found.refused.push({ id, kind: 'unknown', reason: `it cannot be read: ${read.problem}`, source: { from } });
    }
  }
  return found;
}

function readStored({ content }: MemoryItem, defaults: OverrideDefaults): ReadOverride {
  try {
    return readOverride(JSON.parse(content), defaults);
  } catch {
    return { problem: 'it is no JSON' };
  }
}

/**
 * What the request of a task asks for in plain words: what rules find, and what an agent does besides; nothing unless the project
 * wants that, or for one that is no text.
 */
export function requestOverrides(compiled: CompiledProject, input: unknown, reading?: RequestReading): FoundOverrides {
  const found = { given: new Array<GivenOverride>(), refused: new Array<RefusedOverride>() };
  if (!isParsed(compiled, input)) return found;
  const byRules = parseRequest(input, namesIn(compiled));
  const byAgent = (reading?.found ?? []).filter(({ span }) => !byRules.some((hit) => overlap(hit.span, span)));
  const hits: readonly Hit[] = [...byRules, ...byAgent].toSorted((one, other) => one.span.start - other.span.start);
  const readers = new Map<Hit, string>(byAgent.map((hit) => [hit, reading?.reader.agent ?? '']));
  for (const [place, hit] of hits.entries()) {
    const id = `request-${place + 1}`;
    const agent = readers.get(hit);
    const source = { from: 'request', span: hit.span, ...(agent !== undefined && { agent }) } as const;
    const read = readOverride(hit.override, { id, severity: 'hint' });
    if ('spec' in read) found.given.push({ spec: read.spec, source });
    else found.refused.push({ id, kind: kindOf(hit.override), reason: `it cannot be read: ${read.problem}`, source });
  }
  if (reading === undefined) return found;
  return { ...found, refused: [...found.refused, ...uselessParts(reading)], reader: reading.reader };
}

/** What an agent said that is of no use, or why it said nothing. */
function uselessParts({ problems, reader: { agent, problem } }: RequestReading): readonly RefusedOverride[] {
  const reasons = problems.map((each) => `what agent "${agent}" read is of no use: ${each}`);
  if (problem !== undefined)
    reasons.push(`agent "${agent}" could not read the request: ${problem.replace(/\.$/u, '')}`);
  return reasons.map((reason, place) => ({
    id: `request-${agent.slice(0, 100)}-${place + 1}`,
    kind: 'unknown',
    reason,
    source: { from: 'request', agent },
  }));
}

/** Whether a request is to be read. */
export function isParsed({ project }: CompiledProject, input: unknown): input is string {
  return project.engine.overrides?.parse_requests === true && typeof input === 'string';
}

type Hit = Pick<ReturnType<typeof parseRequest>[number], 'span'> & { readonly override: object };

function overlap(one: Hit['span'], other: Hit['span']): boolean {
  return one.start < other.end && other.start < one.end;
}

function kindOf(override: object): string {
  return 'kind' in override && typeof override.kind === 'string' ? override.kind : 'unknown';
}
