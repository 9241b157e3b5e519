import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { shell, stackPattern } from './cli-process.ts';
import { temporaryDirectory, toolFiles, writeFiles, type Files } from './project.ts';

const directory = temporaryDirectory();

const asking: Files = {
  ...toolFiles,
  'workflow.yaml': `workflow:
  id: asking
  nodes:
    - { id: draft, type: transform, output: "a draft of \${{ input }}" }
    - { id: review, type: feedback, question: "Is \${{ output }} fine?" }
    - { id: done, type: end, output: "\${{ output.action }}: \${{ output.value }}" }
  edges:
    - { from: draft, to: review }
    - { from: review, to: done }
`,
};

const askingTwice: Files = {
  ...toolFiles,
  'workflow.yaml': `workflow:
  id: twice
  nodes:
    - id: each
      type: map
      items: [red, blue]
      node: { type: feedback, question: "Is \${{ item }} fine?", actions: [approve, reject] }
    - { id: done, type: end, output: "\${{ output.map(o, o.output.action) }}" }
  edges:
    - { from: each, to: done }
`,
};

async function waiting(name: string, files: Files = asking): Promise<string> {
  const project = writeFiles(path.join(directory, name), files);
  const { code } = await cli(['run', project, 'go', '--id', 'task', '--quiet']);
  expect(code).toBe(3);
  return project;
}

it('ends with 3 when the task waits, and names the command that answers', async () => {
  const project = writeFiles(path.join(directory, 'asked'), asking);
  const { code, stdout, stderr } = await cli(['run', project, 'go', '--id', 'task'], { cwd: directory });
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain('Is a draft of go fine?');
  expect(stderr).not.toMatch(stackPattern);
  const command = /\S+ \S+ answer task --approve --project asked/u.exec(stderr)?.[0] ?? '';
  const answered = await shell(command, directory);
  expect({ code: answered.code, stdout: answered.stdout }).toEqual({ code: 0, stdout: 'approve: a draft of go\n' });
  const again = await cli(['answer', 'task', '--approve', '--project', project]);
  expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 1, stdout: '' });
  expect(again.stderr).toMatch(
    /^error TASK_NOT_WAITING .+\n {2}help: See how it stands with: node \S+ show task --project \S+\n/u,
  );
});

it.each([
  [['--reject'], 'reject: null'],
  [['--edit', 'another one'], 'edit: another one'],
  [['--edit', '[1, 2]'], 'edit: [1,2]'],
  [['simply', 'this'], 'answer: simply this'],
])('takes the answer %j', async (words, output) => {
  const project = await waiting(`taken ${words.join(' ')}`);
  const { code, stdout } = await cli(['answer', 'task', ...words, '--project', project, '--quiet']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${output}\n` });
});

it('shows what is asked when there is no answer', async () => {
  const project = await waiting('shown');
  const { code, stdout, stderr } = await cli(['answer', 'task', '--project', project]);
  expect(code).toBe(3);
  expect(stdout).toContain('Is a draft of go fine?');
  expect(stderr).toMatch(/^Answer with: node \S+ answer task --approve --project \S+\n$/u);
  const page = await cli(['show', 'task', '--project', project]);
  expect(page.stdout).toMatch(/^answer with +node \S+ answer task --approve --project \S+$/mu);
  const { stdout: json } = await cli(['answer', 'task', '--project', project, '--json']);
  expect(JSON.parse(json)).toEqual([
    {
      taskId: 'task',
      stage: 'review',
      question: {
        text: 'Is a draft of go fine?',
        input: 'a draft of go',
        actions: ['approve', 'reject', 'edit', 'answer'],
      },
    },
  ]);
});

it('gives the result of the task as JSON, waiting or over', async () => {
  const project = writeFiles(path.join(directory, 'json'), asking);
  const run = await cli(['run', project, 'go', '--id', 'task', '--json']);
  expect([run.code, JSON.parse(run.stdout)]).toMatchObject([
    3,
    { taskId: 'task', status: 'waiting', output: null, questions: [{ taskId: 'task', stage: 'review' }] },
  ]);
  const shown = await cli(['show', 'task', '--project', project, '--json']);
  expect(JSON.parse(shown.stdout)).toMatchObject({ taskId: 'task', questions: [{ taskId: 'task', stage: 'review' }] });
  const answered = await cli(['answer', 'task', '--approve', '--project', project, '--json']);
  expect([answered.code, JSON.parse(answered.stdout)]).toMatchObject([
    0,
    { taskId: 'task', status: 'completed', output: 'approve: a draft of go' },
  ]);
});

it('lists tasks that wait', async () => {
  const project = await waiting('listed');
  const { code, stdout } = await cli(['tasks', '--status', 'waiting', '--project', project, '--json']);
  expect([code, JSON.parse(stdout)]).toMatchObject([0, [{ taskId: 'task', status: 'waiting' }]]);
  const { stdout: table } = await cli(['tasks', '--project', project]);
  expect(table).toMatch(/^TASK .+\ntask {2}waiting {2}/u);
});

it('is at work on nothing where a task that waits is cancelled', async () => {
  const project = await waiting('given up');
  const { code, stderr } = await cli(['cancel', 'task', '--project', project]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'Task "task" is cancelled.\n' });
});

it('answers the questions of child tasks one by one, by their ids, and shows a child', async () => {
  const project = await waiting('children', askingTwice);
  const several = await cli(['answer', 'task', '--approve', '--project', project]);
  expect(several.code).toBe(1);
  expect(several.stderr).toMatch(/^error TASK_ANSWER_INVALID Task "task" asks 2 questions: /u);
  const refused = await cli(['answer', 'task/each.0', 'maybe', '--project', project]);
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toMatch(/^error TASK_ANSWER_INVALID .+\n {2}help: Use one of: approve, reject\.\n/u);
  const first = await cli(['answer', 'task/each.1', '--reject', '--project', project, '--quiet']);
  expect([first.code, first.stdout]).toEqual([3, '']);
  const shown = await cli(['show', 'task/each.1', '--project', project, '--json']);
  expect([shown.code, JSON.parse(shown.stdout)]).toMatchObject([
    0,
    { taskId: 'task/each.1', status: 'completed', input: 'blue', output: { action: 'reject' } },
  ]);
  const last = await cli(['answer', 'task', '--approve', '--project', project, '--quiet']);
  expect([last.code, last.stdout]).toEqual([0, expect.stringMatching(/approve[^]+reject/u)]);
});

it.each([
  [['--approve', 'value'], 'An approval or a rejection takes no value.'],
  [['--edit'], 'There is no answer.'],
  [['--comment', 'only'], 'There is no answer.'],
])('takes %j for wrong usage', async (words, message) => {
  const project = await waiting(`wrong ${words.join(' ')}`);
  const { code, stdout, stderr } = await cli(['answer', 'task', ...words, '--project', project]);
  expect([code, stdout, stderr.split('\n')[0]]).toEqual([2, '', `error HOST_USAGE ${message}`]);
});
