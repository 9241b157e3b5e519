import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Engine, type TaskResult } from '../../src/index.ts';
import { cli } from '../e2e/cli-process.ts';
import { timeless } from '../support/crash-project.ts';
import { temporaryDirectory, writeProject } from '../support/project-fixture.ts';
import { isExhaustive } from '../support/property-settings.ts';
import { ordersOf, questionProject } from '../support/question-project.ts';

const answers = { red: 'an answer', green: ['another', 1], blue: 'approve', grey: null } as const;
type Question = keyof typeof answers;
const questions: readonly Question[] = ['red', 'green', 'blue', 'grey'];

/** What the answers come to, as they are used. */
const used = { red: 'an answer', green: ['another', 1], blue: 'go', grey: null } as const;

function directoryFor(asked: readonly Question[]): string {
  const directory = temporaryDirectory();
  writeProject(directory, questionProject(asked));
  return directory;
}

/** Opens an engine, as a new process does, for one piece of work. */
async function withEngine<Result>(directory: string, work: (engine: Engine) => Promise<Result>): Promise<Result> {
  const engine = await Engine.fromConfigDir(directory);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

async function answerIn(order: readonly Question[], asked: readonly Question[]): Promise<TaskResult> {
  const directory = directoryFor(asked);
  let result = await withEngine(directory, (engine) => engine.runOne('go', { id: 'task' }));
  for (const [at, stage] of order.entries()) {
    const open = asked.filter((name) => !order.slice(0, at).includes(name));
    result = await withEngine(directory, async (engine) => {
      expect(engine.questions('task').map((question) => question.stage)).toEqual(open);
      expect(result.status).toBe('waiting');
      return engine.answer('task', answers[stage], { stage });
    });
  }
  expect(await withEngine(directory, (engine) => engine.runTask('task'))).toEqual(result);
  return result;
}

describe.each([1, 2, 3, 4])('%i open questions', (count) => {
  const asked = questions.slice(0, count);

  it('answered in every order, each after a restart, come to the same', async () => {
    const orders = ordersOf(asked);
    expect(new Set(orders.map(String)).size).toBe([1, 2, 6, 24][count - 1]);
    const expected = timeless(await answerIn(asked, asked));
    const outputs = Object.fromEntries(asked.map((name) => [`use_${name}`, { used: used[name] }]));
    expect(expected).toMatchObject({ status: 'completed', output: count === 1 ? { used: used.red } : outputs });
    for (const order of orders) expect(timeless(await answerIn(order, asked))).toEqual(expected);
  });
});

it.each(isExhaustive ? ordersOf(questions) : [['blue', 'red', 'grey', 'green'] as const])(
  'answers of programs of their own come to the same in the order %s, %s, %s, %s',
  { timeout: 120_000 },
  async (...order) => {
    const directory = directoryFor(questions);
    const started = await cli(['run', directory, 'go', '--id', 'task', '--quiet']);
    expect([started.code, started.stdout]).toEqual([3, '']);
    const ends = [];
    for (const stage of order) {
      const value = stage === 'blue' ? ['--approve'] : [JSON.stringify(answers[stage])];
      ends.push(await cli(['answer', 'task', ...value, '--stage', stage, '--project', directory, '--quiet']));
    }
    expect(ends.map(({ code }) => code)).toEqual([3, 3, 3, 0]);
    expect(parse(ends[3]?.stdout ?? '')).toEqual(
      Object.fromEntries(questions.map((name) => [`use_${name}`, { used: used[name] }])),
    );
  },
);
