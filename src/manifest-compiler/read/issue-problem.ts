import { z } from 'zod';
import {
  DeclaredPluginSpec,
  Duration,
  Id,
  KeptFor,
  NodeSpec,
  SchemaReference,
  StoreSpec,
  ToolSpec,
} from '../../manifest/index.ts';
import type { Problem, ProblemPath } from '../../errors/index.ts';
import { createNameFinder, createProblem, quote, type ProblemInput } from '../report/index.ts';
import { capitalised, expectedInWords, foundInWords, placeInWords } from './issue-wording.ts';
import { effectiveSchema, fieldNames, schemaAt, type Schema } from './schema-path.ts';

type Wording = Pick<ProblemInput, 'code' | 'message' | 'hint' | 'at'>;

/** Where an issue is and what was written there. */
export interface IssuePlace {
  readonly file: string;
  readonly root: unknown;
  readonly schema: Schema;
  readonly path: ProblemPath;
  readonly value: unknown;
}

/** What a hint may offer: types that can be declared and not run yet are no way out. */
const runnableTypes: Readonly<Record<string, ReadonlySet<string>>> = {
  node: new Set(NodeSpec.options.map(({ shape }) => shape.type.value)),
  tool: new Set(ToolSpec.options.map(({ shape }) => shape.type.value)),
  plugin: new Set(DeclaredPluginSpec.options.map(({ shape }) => shape.type.value)),
  'memory store': new Set(StoreSpec.options.map(({ shape }) => shape.type.value)),
};

/** The sentence for one issue of a schema. Issues about fields that are missing or unknown are not for this function. */
export function problemOfIssue(issue: z.core.$ZodIssue, place: IssuePlace): Problem {
  const { file, path } = place;
  const { message, ...wording } = wordingOf(issue, place);
  return createProblem({ ...wording, message: capitalised(message), file, path });
}

function wordingOf(issue: z.core.$ZodIssue, place: IssuePlace): Wording {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(expectedInWords(issue.expected), place);
    case 'invalid_value':
      return invalidChoice(place, issue.values.map(String));
    case 'invalid_key':
      return invalidId(String(place.path.at(-1)), 'key');
    case 'invalid_union':
      return invalidUnion(issue, place);
    case 'invalid_format':
      return invalidFormat(place);
    case 'too_small':
      return outOfRange(place, tooSmall(issue));
    case 'too_big':
      return tooBig(place, Number(issue.maximum));
    case 'not_multiple_of':
    case 'invalid_element':
    case 'unrecognized_keys':
    case 'custom':
      return { code: 'MANIFEST_VALUE_INVALID', message: `${nameOf(place)} is not allowed: ${issue.message}.` };
  }
}

function wrongType(expected: string, place: IssuePlace): Wording {
  const { value } = place;
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  if (place.path.length === 0) return wrongRoot(place);
  return {
    code: 'MANIFEST_TYPE_WRONG',
    message: `${nameOf(place)} has to be ${expected}, not ${foundInWords(value)}.`,
    ...(expected === 'a text' && isPlain ? { hint: textHint(place) } : {}),
    ...(expected === 'a list' && typeof value === 'string' ? { hint: `Write a list: [${quote(value)}].` } : {}),
  };
}

function textHint({ schema, root, path, value }: IssuePlace): string {
  return isDuration(effectiveSchema(schemaAt(schema, root, path), value)) && typeof value === 'number'
    ? `Add a unit: "${value}s".`
    : `Put it in quotes: "${String(value)}".`;
}

/** Also where a field describes it in other words, which makes it another object. */
function isDuration(schema: Schema | undefined): boolean {
  return schema instanceof z.ZodString && schema.def === Duration.def;
}

function wrongRoot({ schema, value }: IssuePlace): Wording {
  const field = fieldNames(schema, value).find((name) => name !== '$schema') ?? '';
  return {
    code: 'MANIFEST_TYPE_WRONG',
    message: value === null ? 'The file is empty.' : `The file has to be a map of fields, not ${foundInWords(value)}.`,
    hint: `Begin it with "${field}:".`,
  };
}

function invalidChoice(place: IssuePlace, choices: readonly string[]): Wording {
  const { value } = place;
  if (typeof value !== 'string') return wrongType(`one of ${choices.map(quote).join(', ')}`, place);
  return {
    code: 'MANIFEST_VALUE_INVALID',
    message: `${quote(value)} is no value of ${nameOf(place)}.`,
    hint: createNameFinder(choices).hint(value),
  };
}

function invalidUnion(issue: z.core.$ZodIssueInvalidUnion, place: IssuePlace): Wording {
  return 'discriminator' in issue ? invalidType(issue, place) : noneOfSeveral(place);
}

function invalidType(issue: z.core.$ZodIssueInvalidUnion, place: IssuePlace): Wording {
  const { root, path, value } = place;
  const choices = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  if (typeof value !== 'string') return wrongType(`one of ${choices.map(quote).join(', ')}`, place);
  const around = placeInWords(path.slice(0, -1), root);
  const kind = /^an? (node|tool|plugin|memory store)/u.exec(around)?.[1] ?? 'value';
  const code = kind === 'plugin' ? 'PLUGIN_UNKNOWN' : 'MANIFEST_VALUE_INVALID';
  const near = createNameFinder(choices).nearest(value);
  const offered = choices.filter((choice) => runnableTypes[kind]?.has(choice) ?? true);
  const hint = near === undefined ? createNameFinder(offered).hint(value) : `Did you mean ${quote(near)}?`;
  return { code, message: `${quote(value)} is no type of ${kind}.`, hint };
}

function noneOfSeveral(place: IssuePlace): Wording {
  if (schemaOf(place) === KeptFor) return noAge(place);
  return wrongType(
    schemaOf(place) === SchemaReference ? 'the name of a schema or a JSON Schema' : 'a plain value',
    place,
  );
}

function noAge(place: IssuePlace): Wording {
  const { value } = place;
  const hint = 'Write "keep", or a number with a unit: 12h or 30d.';
  if (typeof value !== 'string') return { ...wrongType('a duration or "keep"', place), hint };
  return { code: 'MANIFEST_VALUE_INVALID', message: `${quote(value)} is no duration.`, hint };
}

function invalidFormat(place: IssuePlace): Wording {
  const schema = schemaOf(place);
  if (schema === KeptFor) return noAge(place);
  if (schema === Id) return invalidId(String(place.value), 'value');
  if (isDuration(schema)) {
    return {
      code: 'MANIFEST_VALUE_INVALID',
      message: `${quote(String(place.value))} is no duration.`,
      hint: 'Write a number with a unit: 500ms, 120s, 5m, 2h or 1d.',
    };
  }
  return { code: 'MANIFEST_VALUE_INVALID', message: `${quote(String(place.value))} does not fit ${nameOf(place)}.` };
}

function invalidId(id: string, at: 'key' | 'value'): Wording {
  const isLong = id.length > 128;
  return {
    code: 'MANIFEST_ID_INVALID',
    message: id === '' ? 'The name is empty.' : `${quote(id)} is no valid id${isLong ? ': it is too long' : ''}.`,
    hint: isLong
      ? 'Use at most 128 characters.'
      : 'Use letters from a to z, digits, "_" and "-", beginning with a letter or "_".',
    ...(at === 'key' ? { at } : {}),
  };
}

function outOfRange(place: IssuePlace, rule: string): Wording {
  const found = typeof place.value === 'number' ? `, not ${place.value}` : '';
  return { code: 'MANIFEST_VALUE_INVALID', message: `${nameOf(place)} ${rule}${found}.` };
}

function tooBig(place: IssuePlace, maximum: number): Wording {
  if (schemaOf(place) === Id) return invalidId(String(place.value), 'value');
  return outOfRange(place, `has to be at most ${maximum}`);
}

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodIssueTooSmall): string {
  if (origin === 'string') return 'must not be empty';
  if (origin === 'array') return 'needs at least one item';
  return inclusive === false ? `has to be more than ${minimum}` : `has to be at least ${minimum}`;
}

function nameOf({ path }: IssuePlace): string {
  const last = path.at(-1);
  if (typeof last === 'string') return quote(last);
  const list = path.findLast((step) => typeof step === 'string');
  return list === undefined ? 'the item' : `an item of ${quote(list)}`;
}

function schemaOf({ schema, root, path }: IssuePlace): Schema | undefined {
  return effectiveSchema(schemaAt(schema, root, path), undefined);
}
