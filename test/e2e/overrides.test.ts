import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { temporaryDirectory, writeFiles, type Files } from './project.ts';

const directory = temporaryDirectory();

const project: Files = {
  'engine.yaml': `engine:
  name: overrides
  overrides: { parse_requests: true }
  models:
    big: { provider: scripted, script: big.yaml }
    small: { provider: scripted, script: small.yaml }
  defaults: { model: big, max_tokens_total: 100000 }
`,
  'agents.yaml': 'agents:\n  writer: { prompt: Write. }\n',
  'workflow.yaml': `workflow:
  id: overrides
  nodes:
    - { id: draft, type: agent, agent: writer }
    - { id: final, type: agent, agent: writer }
  edges:
    - { from: draft, to: final }
`,
  'big.yaml': 'replies:\n  - { reply: big }\n',
  'small.yaml': 'replies:\n  - { reply: small }\n',
};

const written = (name: string): string => writeFiles(path.join(directory, name), project);

it('runs a task with overrides, shows them, and forks it with others', async () => {
  const at = written('run');
  writeFileSync(
    path.join(at, 'mine.json'),
    '[{ "kind": "model", "target": "final", "payload": { "model": "small" } }]',
  );
  const file = `@${path.join(at, 'mine.json')}`;
  const ran = await cli([
    'run',
    at,
    'Be brief.',
    '--id',
    'task',
    '-q',
    '-o',
    file,
    '-o',
    'budget.max_tokens_total=5000',
  ]);
  expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 0, stdout: 'small\n' });
  const shown = await cli(['show', 'task', '--project', at]);
  expect(shown.stdout).toMatch(/^override +request-1: verbosity \{"level":"brief"\}, hint, from "Be brief"$/mu);
  expect(shown.stdout).toMatch(
    /^override +override-1: model of final \{"model":"small"\}, enforce, from the caller$/mu,
  );
  expect(shown.stdout).toMatch(
    /^override +override-2: budget \{"max_tokens_total":5000\}, enforce, from the caller$/mu,
  );
  const forked = await cli([
    'fork',
    'task',
    '--project',
    at,
    '--from',
    'final',
    '-q',
    '--override',
    'model=big',
    '--override',
    'model.final=big',
  ]);
  expect({ code: forked.code, stdout: forked.stdout }).toEqual({ code: 0, stdout: 'big\n' });
});

it('notes overrides from plain words, and those that come to nothing, but not those of the caller that hold', async () => {
  const at = written('notes');
  const notes = async (...more: readonly string[]): Promise<readonly string[]> => {
    const { stderr } = await cli(['run', at, 'Be brief. Use the small model.', '-o', 'model=big', ...more]);
    return stderr.split('\n').filter((line) => line.startsWith('note: The override'));
  };
  expect(await notes()).toEqual([
    'note: The override "request-1", from the words "Be brief", holds: verbosity {"level":"brief"}.',
    'note: The override "request-2" loses to "override-1" (model): what is enforced goes before a hint.',
  ]);
  expect(await notes('-q')).toEqual([]);
});

it('asks before what needs consent, or is allowed it beforehand', async () => {
  const at = written('consent');
  const raise = ['--override', '{"kind":"budget","payload":{"max_tokens_total":200000}}'];
  const waits = await cli(['run', at, 'x', '--id', 'task', '-q', ...raise]);
  expect(waits.stderr).toContain('answer task --allow');
  const questions = await cli(['answer', 'task', '--project', at]);
  expect(questions.stdout).toContain('May an override raise max_tokens_total of the task from 100000 to 200000?');
  const answered = await cli(['answer', 'task', '--allow', '-q', '--project', at]);
  expect({ code: answered.code, stdout: answered.stdout }).toEqual({ code: 0, stdout: 'big\n' });
  const shown = await cli(['show', 'task', '--project', at]);
  expect(shown.stdout).toMatch(/^override +override-1: budget .+, from the caller, allowed$/mu);
  await cli(['run', at, 'x', '--id', 'denied', '-q', ...raise]);
  expect((await cli(['show', 'denied', '--project', at])).stdout).toMatch(/^override .+, waits for consent$/mu);
  await cli(['answer', 'denied', '--deny', '-q', '--project', at]);
  const denied = await cli(['show', 'denied', '--project', at]);
  expect(denied.stdout).toMatch(/^refused +override-1: it was not allowed to raise max_tokens_total/mu);
  expect(denied.stdout).not.toMatch(/^override /mu);
  expect(await cli(['run', at, 'x', '-q', '--yes', ...raise])).toMatchObject({ code: 0, stdout: 'big\n' });
});

it.each([
  ['model=huge', 'there is no model "huge"'],
  ['what=x', '"what=x" is none'],
  ['model.writer', '"model.writer" has no "=" with a value behind it'],
  ['mode=', '"mode=" has no value behind it'],
  ['budget.max_cost_usd=abc', 'number 1 cannot be read: "payload.max_cost_usd" must be a number'],
  ['{"kind":', 'An override is no JSON'],
  ['7', '"7" is none'],
  ['[7]', 'An override holds what is no override'],
  ['@missing.json', 'The file "missing.json" with overrides cannot be read'],
])('says what is wrong with an override: %s', async (text, problem) => {
  const ran = await cli(['run', written('wrong'), 'x', '--override', text]);
  expect(ran.stderr).toContain('TASK_OVERRIDE_INVALID');
  expect(ran.stderr).toContain(problem);
  expect(ran.code).toBe(2);
});

it('takes the most that a task may cost by an option of its own, and refuses what is no number', async () => {
  const at = written('cost');
  expect(await cli(['run', at, 'Go.', '--id', 'task', '-q', '--max-cost', '0.25'])).toMatchObject({ code: 0 });
  const shown = await cli(['show', 'task', '--project', at]);
  expect(shown.stdout).toMatch(/^override +override-1: budget \{"max_cost_usd":0\.25\}, enforce, from the caller$/mu);
  const refused = await cli(['run', at, 'Go.', '--max-cost', 'cheap']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('Give a number of US dollars, such as 0.5.');
});
