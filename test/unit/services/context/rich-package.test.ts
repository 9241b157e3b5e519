import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { frameOf } from '../../../../src/actors/agent/prompt/index.ts';
import { assembleContext } from '../../../../src/services/context/index.ts';
import { createInMemoryStore, type MemoryItem } from '../../../../src/services/memory/index.ts';
import { estimateTokens } from '../../../../src/services/tokens.ts';
import { itemOf } from '../../../contract/memory-store.ts';

const expected: unknown = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../../fixtures/context/rich-package.json'), 'utf8'),
);

const talk = Array.from({ length: 14 }, (_, at) => `In minute ${at} people spoke of the weather and of lunch.`).join(
  ' ',
);
const minutes = `# Minutes\n\n${talk} The drill costs 20 euros a week. ${talk}\n\n- Maria Lopez has the keys.\n- bring a pen\n`;
const rows = Array.from({ length: 60 }, (_, id) => ({ id, tool: id === 41 ? 'drill' : `tool ${id}`, price: id / 2 }));
const program = Array.from(
  { length: 12 },
  (_, at) =>
    `export function price${at}(weeks) {\n  const each = ${at};\n  const sum = weeks * each;\n  return sum;\n}\n`,
).join('\n');

const noted = (id: string, changes: Partial<MemoryItem>): MemoryItem => {
  const item = itemOf(id, { kind: 'note', source: 'desk', ...changes });
  return { ...item, token_cost: estimateTokens(item.content) };
};

it('is to the byte the package that stands in the fixture, for stores with a bit of everything', async () => {
  const [task, project] = [createInMemoryStore(), createInMemoryStore()];
  await task.append([
    noted('m1', { kind: 'message', timestamp: 1, content: 'We need a drill.' }),
    noted('m2', { kind: 'message', timestamp: 2, content: 'Ask the library.' }),
    noted('m3', { kind: 'message', timestamp: 3, content: 'They are open on Saturday.' }),
    noted('d1', { kind: 'decision', timestamp: 2, content: 'Nothing is bought.' }),
    noted('o1', { kind: 'observation', timestamp: 4, content: 'ls: 40 files' }),
  ]);
  await project.append([
    noted('rule', { tags: ['pinned', 'money'], timestamp: 1, content: 'All prices are in euros.' }),
    noted('minutes', { kind: 'document', timestamp: 5, content: minutes }),
    noted('rows', { kind: 'document', timestamp: 6, content: JSON.stringify({ rows, total: 60 }, null, 2) }),
    noted('program', { kind: 'document', timestamp: 7, content: program }),
    noted('copy', { timestamp: 8, content: 'Ask the library.' }),
    noted('weather', { timestamp: 9, content: 'It rains.' }),
    noted('secret', { tags: ['secret'], timestamp: 9, content: 'The drill is broken.' }),
    noted('blob', { timestamp: 10, content: `drill ${'x'.repeat(20_000)}` }),
  ]);
  const context = await assembleContext({
    profile: {
      max_tokens: 1_100,
      sources: ['project_store', 'task_store'],
      retrieval_policy: 'hybrid',
      cost_mode: 'cheap',
      deny: { tags: ['secret'] },
      include_observations: false,
    },
    stores: { task_store: task, project_store: project },
    question: { text: 'What does the drill cost?' },
    pinned: [{ source: 'task', text: 'Answer in one sentence.' }],
    direct: 'The question came in by mail.',
    maxTokens: 4_000,
    count: estimateTokens,
    frame: frameOf,
  });
  expect(context).toEqual(expected);
});
