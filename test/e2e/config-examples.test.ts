import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Engine, loadProject, type TaskResult } from '../../src/index.ts';
import { exampleRuns, type Ending } from '../support/config-endings.ts';
import { configDirectory, configNames } from '../support/config-projects.ts';
import { cli } from './cli-call.ts';
import { copyExample } from './copy-example.ts';
import { temporaryDirectory } from './project.ts';

const directory = temporaryDirectory();
let copies = 0;

const copyOf = (example: string): string => copyExample(example, path.join(directory, String((copies += 1)), example));

async function withEngine(project: string, use: (engine: Engine) => Promise<TaskResult>): Promise<Ending> {
  const engine = await Engine.fromConfigDir(project, { host: 'memory' });
  try {
    const { status, output } = await use(engine);
    return { status, output };
  } finally {
    await engine.close();
  }
}

function run(project: string, request?: string): Promise<Ending> {
  return withEngine(project, (engine) =>
    engine.runOne(request ?? engine.compiled.project.engine.default_request ?? 'no request'),
  );
}

const names = Object.keys(exampleRuns);
const runs = Object.entries(exampleRuns).flatMap(([example, cases]) =>
  cases.map(({ request, ending }) => ({ example, request, ending })),
);

describe('the projects in configs', () => {
  it.each(configNames())('%s is valid without a warning', async (name) => {
    const { problems, compiled } = await loadProject(configDirectory(name), { environment: {} });
    expect(problems).toEqual([]);
    expect(compiled?.project.engine.default_request).toMatch(/\S/u);
  });

  it('are run here, all of them that are examples and patterns', () => {
    const examples = configNames().filter((name) => /^(?:examples|patterns)\//u.test(name)); // templates are run as init makes them
    expect(examples).toEqual(names);
  });

  it.each(runs)('$example comes to what it should, asked: $request', async ({ example, request, ending }) => {
    expect(await run(copyOf(example), request)).toEqual(ending);
  });

  it.each(names)('%s does the same on the command line', async (example) => {
    const [{ ending } = { ending: undefined }] = exampleRuns[example] ?? [];
    const { code, stdout } = await cli(['run', copyOf(example)]);
    expect(code).toBe(ending?.status === 'waiting' ? 3 : 0);
    const said: unknown = typeof ending?.output === 'string' ? stdout.trimEnd() : parse(stdout);
    expect(said).toEqual(typeof ending?.output === 'string' ? ending.output.trimEnd() : ending?.output);
  });
});

const letter =
  'We have your letter: "The guided tour on Sunday was cancelled, and nobody told us."\n\n' +
  'We are sorry, and look into it. You will hear from us within a week.\n';

describe('the approval', () => {
  const answers = [
    ['sends the letter that was approved', { action: 'approve' }, letter],
    [
      'sends the letter as a person changed it',
      { action: 'edit', value: { letter: 'Here they are.' } },
      'Here they are.',
    ],
    ['sends nothing that was rejected', { action: 'reject' }, undefined],
  ] as const;

  it.each(answers)('%s', async (_, answer, sent) => {
    const project = copyOf('examples/approval');
    const ending = await withEngine(project, async (engine) => {
      const { taskId } = await engine.runOne('The guided tour on Sunday was cancelled, and nobody told us.');
      return engine.answer(taskId, answer);
    });
    const file = path.join(project, 'generated_project/letter.txt');
    const output = sent === undefined ? 'Nothing was sent.' : `Sent:\n\n${sent}`;
    expect(ending).toEqual({ status: 'completed', output });
    expect(existsSync(file) ? readFileSync(file, 'utf8') : undefined).toBe(sent);
  });
});

it('keeps the mail of the prompt chain where its tool may write, and nowhere in a dry run', async () => {
  const project = copyOf('examples/prompt_chain');
  const file = path.join(project, 'generated_project/mail.txt');
  await withEngine(project, (engine) => engine.runOne('Action: Ada must buy paint.', { mode: 'dry_run' }));
  expect(existsSync(file)).toBe(false);
  const { output } = await run(project);
  expect(readFileSync(file, 'utf8')).toBe(output);
});
