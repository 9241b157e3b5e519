import { judge } from '../../src/services/json/repair-and-validate.ts';
import { measure } from '../support/measure.ts';
import type { Case, Suite } from '../support/suite.ts';

const schema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      id: { type: 'integer' },
      text: { type: 'string' },
      tags: { type: 'array', items: { type: 'string' } },
    },
    required: ['id', 'text'],
    additionalProperties: false,
  },
};

/** Rows as a model would give them, of this many bytes or a little more. */
function validOf(bytes: number): string {
  const rows: string[] = [];
  for (let id = 0, length = 0; length < bytes; id += 1) {
    const row = JSON.stringify({ id, text: `Row ${id} says as much as a sentence does.`, tags: ['a', 'b'] });
    rows.push(row);
    length += row.length + 1;
  }
  return `[${rows.join(',')}]`;
}

function caseOf(write: (valid: string) => string, read: (text: string) => unknown): Case {
  return {
    measure: async ({ size }) => {
      const text = write(validOf(size));
      if (read(text) === undefined) throw new Error('The text was not read.');
      const { cpuUs, wallUs } = await measure(1, () => {
        read(text);
      });
      return { speed: text.length / cpuUs, cpu: cpuUs, wall: wallUs };
    },
  };
}

const engine = (text: string): unknown => {
  const verdict = judge(text, schema);
  return 'repair' in verdict ? verdict.value : undefined;
};

/** Answers of models read against a schema, side by side with JSON.parse, which checks nothing. */
export const json: Suite = {
  title: 'JSON of models read, repaired and checked',
  counts: 'bytes',
  sizes: [1_000, 100_000, 1_000_000],
  quickSizes: [1_000, 100_000],
  growth: [100_000, 1_000_000],
  figures: { speed: 'MB read per second of CPU', cpu: 'CPU µs per text', wall: 'wall µs per text' },
  cases: {
    'JSON.parse, valid': caseOf((valid) => valid, JSON.parse),
    'Agent Engine, valid': caseOf((valid) => valid, engine),
    'Agent Engine, fenced': caseOf((valid) => `\`\`\`json\n${valid}\n\`\`\``, engine),
    'Agent Engine, broken': caseOf((valid) => valid.replaceAll('"', "'").replace(/\]$/u, ',]'), engine),
  },
};
