import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { temporaryDirectory, writeFiles } from './project.ts';

const long = Array.from({ length: 60 }, (_, at) => `Sentence ${at} speaks of the shelf and the door.`).join(' ');
const item = (id: string, content: string, tags: readonly string[] = []): object => ({
  id,
  kind: 'note',
  source: 'desk',
  timestamp: 1,
  tags,
  importance: 0.5,
  token_cost: 10,
  content,
  metadata: {},
});

const project = path.join(temporaryDirectory(), 'shop');

beforeAll(async () => {
  writeFiles(project, {
    'workflow.yaml': 'workflow:\n  id: shop\n  nodes: [{ id: answer, type: agent, agent: clerk }]\n',
    'agents.yaml': 'agents: { clerk: { prompt: Answer., context_profile: all } }\n',
    'engine.yaml':
      'engine: { name: shop, models: { told: { provider: scripted, script: replies.yaml } }, defaults: { model: told } }\n',
    'replies.yaml': 'replies: [{ reply: 20 euros }]\n',
    'memory.yaml':
      'memory: { project_store: { type: file_json, path: kept.json } }\ncontext_profiles: { all: { max_tokens: 500, sources: [project_store], include_observations: false, deny: { tags: [secret] } } }\n',
    'kept.json': JSON.stringify({
      v: 1,
      items: [
        item('rule', 'Prices are in euros.', ['pinned']),
        item('long', long),
        item('blob', 'x'.repeat(9_000)),
        item('key', 'In the vault.', ['secret']),
      ],
    }),
  });
  await cli(['run', project, 'What does a drill cost?', '--id', 'old']);
});

it('prints what an agent was shown, after the task is over: what was taken, compressed and left out and why', async () => {
  const shown = await cli(['context', 'old', 'answer', '--project', project]);
  expect([shown.code, shown.stderr]).toEqual([0, '']);
  const lines = shown.stdout.split('\n').map((line) => line.replace(/ {2,}/gu, ' | ').trimEnd());
  expect(lines.map((line) => line.replace(/^fingerprint.*/u, 'fingerprint').replace(/\d[\d,.]*/gu, '#'))).toEqual(
    [
      'stage | answer, attempt #',
      'model | told',
      'profile | all, balanced',
      'looked in | project_store, by recency',
      'tokens | # of #',
      'texts at | # % of their length',
      'fingerprint',
      '',
      'PLACE | RANK | TOKENS | WHAT | TEXT | SOURCE',
      'head | # | taken | Prices are in euros. | project_store/desk rule',
      'middle | # | says what is left out | [… # item, # tokens left out] | left_out',
      'middle | # | # | compressed from # # parts cut | Sentence # speaks of the shelf and the door. Sen… | project_store/desk long',
      'tail | # | taken | What does a drill cost? | direct',
      '- | # | # | left out: no room | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… | project_store/desk blob',
      '',
      'denied by the profile: # item (# tokens): kind observation, tag secret',
      '# taken, # compressed, # left out (# tokens), # tokens shown',
      '',
    ].map((line) => line.replace(/ \| \| /gu, ' | ')),
  );
  expect(shown.stdout).not.toContain('door. Sentence');
});

it('prints the texts where they are asked for, and all of it as JSON', async () => {
  const [texts, json] = await Promise.all([
    cli(['context', 'old', 'answer', '--project', project, '--text']),
    cli(['context', 'old', 'answer', '--project', project, '--json']),
  ]);
  expect(texts.stdout).toContain('head, project_store/desk rule\n  Prices are in euros.');
  expect(json.stdout).not.toMatch(/Prices|xxxx/u);
  expect(JSON.parse(json.stdout)).toMatchObject({
    taskId: 'old',
    stage: 'answer',
    contexts: [
      {
        stage: 'answer',
        attempt: 1,
        model: 'told',
        budget: 500,
        left_out: [{ id: 'blob', reason: 'budget' }],
        denied: { items: 1 },
      },
    ],
  });
});

it.each([
  [['old', 'other'], /has no stage "other" so far\.\n {2}help: It has "answer"\./u],
  [['old', 'anwser'], /has no stage "anwser" so far\.\n {2}help: Did you mean "answer"\? It has "answer"\./u],
  [['old', 'answer', '--attempt', '2'], /keeps no context of a stage "answer" in attempt 2\./u],
])('says which contexts there are when there is none of %j', async (words, message) => {
  const failed = await cli(['context', ...words, '--project', project]);
  expect([failed.code, failed.stdout]).toEqual([2, '']);
  expect(failed.stderr).toMatch(message);
});
