import type { Schema } from './outcome.ts';

const strings = { type: 'array', items: { type: 'string' } };

/** Closed, two fields required. */
export const user: Schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    age: { type: 'integer' },
    active: { type: 'boolean' },
    tags: strings,
    role: { enum: ['admin', 'editor', 'read_only'] },
  },
  required: ['name', 'age'],
  additionalProperties: false,
};
/** Open. */
export const note: Schema = {
  type: 'object',
  properties: { title: { type: 'string' }, body: { type: 'string' }, size: { type: 'number' }, lines: strings },
  required: ['title'],
};
export const rows: Schema = {
  type: 'array',
  items: {
    type: 'object',
    properties: { id: { type: 'integer' }, label: { type: 'string' } },
    required: ['id'],
    additionalProperties: false,
  },
};
export const numbers: Schema = { type: 'array', items: { type: 'number' } };
export const words: Schema = strings;
/** Defaults, nested and behind a reference. */
export const settings: Schema = {
  type: 'object',
  properties: {
    host: { type: 'string' },
    port: { type: 'integer', default: 8080, maximum: 65_535 },
    mode: { enum: ['safe', 'fast'], default: 'safe' },
    max_retries: { type: 'integer', default: 3 },
    paths: { type: 'array', items: { type: 'string' }, default: ['/'] },
    limits: { $ref: '#/$defs/Limits' },
    broken: { type: 'integer', default: 'three' },
  },
  required: ['host'],
  additionalProperties: false,
  $defs: {
    Limits: { type: 'object', properties: { cpu: { type: 'number', default: 0.5 }, memory: { type: 'integer' } } },
  },
};
export const settingsDefaults = { port: 8080, mode: 'safe', max_retries: 3, paths: ['/'] };
export const scalars: Schema = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    whole: { type: 'integer' },
    real: { type: 'number' },
    flag: { type: 'boolean' },
    list: strings,
    counts: { type: 'array', items: { type: 'integer' } },
    part: { type: 'object', properties: { x: { type: 'integer' } }, required: ['x'] },
    level: { enum: ['low', 'medium', 'very high'] },
    nothing: { type: ['string', 'null'] },
    fixed: { const: 'EU-West' },
  },
  additionalProperties: false,
};
export const limits: Schema = {
  type: 'object',
  properties: {
    score: { type: 'integer', minimum: 0, maximum: 10 },
    code: { type: 'string', maxLength: 4, pattern: '^[A-Z]+$' },
    pair: { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2, uniqueItems: true },
    step: { type: 'number', multipleOf: 5 },
    day: { type: 'string', format: 'date' },
  },
  required: ['score'],
};
export const shapes: Schema = {
  type: 'object',
  properties: {
    shape: {
      oneOf: [
        {
          type: 'object',
          properties: { kind: { const: 'circle' }, radius: { type: 'number' } },
          required: ['kind', 'radius'],
          additionalProperties: false,
        },
        {
          type: 'object',
          properties: { kind: { const: 'box' }, width: { type: 'number' }, height: { type: 'number' } },
          required: ['kind', 'width', 'height'],
          additionalProperties: false,
        },
      ],
    },
    id: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    either: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
  },
  required: ['shape'],
};
