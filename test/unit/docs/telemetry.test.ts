import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EngineEvent } from '../../../src/index.ts';

const page = readFileSync(path.resolve('docs/telemetry.md'), 'utf8');

/** Fields as the table has them: those that may be missing with a question mark. */
function fieldsOf(shape: EngineEvent['data'] | object): string {
  return Object.entries(shape)
    .map(([name, schema]) => `\`${name}\`${isOptional(schema) ? '?' : ''}`)
    .join(', ');
}

function isOptional(schema: unknown): boolean {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional;
}

describe('docs/telemetry.md', () => {
  it('lists every type of event with the fields of its schema', () => {
    const rows = [...page.matchAll(/^\| `(?<type>[a-z_]+\.[a-z_]+)` +\|[^|]+\| (?<fields>[^|]*?) *\|$/gmu)];
    expect(rows.map(({ groups }) => [groups?.['type'], groups?.['fields']])).toEqual(
      EngineEvent.options.map(({ shape }) => [shape.type.value, fieldsOf(shape.data.shape)]),
    );
  });

  it('shows an event as they are', () => {
    const [, text = ''] = /```json\n(?<event>[^`]+)```/u.exec(page) ?? [];
    expect(EngineEvent.safeParse(JSON.parse(text)).error?.issues).toBeUndefined();
  });
});
