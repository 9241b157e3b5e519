import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine, type TaskResult } from '../../src/index.ts';
import { cli } from './cli-call.ts';
import { startCli, untilFile } from './cli-process.ts';
import { temporaryDirectory, writeFiles, type Files } from './project.ts';

const directory = temporaryDirectory();
const cassette = 'cassettes/notes.json';

const engineYaml = (model: string): string => `engine:
  name: taped
  models:
    told: { provider: scripted, script: replies.yaml }
    taped: { provider: replay, cassette: ${cassette}, ${model} }
  defaults: { model: taped }
`;

/** What is left when only the cassette is to be used: no script, and no model that could read one. */
const onlyPlaying = `engine:
  name: taped
  models: { taped: { provider: replay, cassette: ${cassette} } }
  defaults: { model: taped }
`;

const project: Files = {
  'engine.yaml': engineYaml('records: told, record: missing'),
  'agents.yaml': `agents:
  writer: { prompt: prompts/writer.md }
  judge: { prompt: Is it good?, output_schema: { type: object, required: [condition], properties: { condition: { enum: [yes_it_is, no_it_is_not] } } } }
`,
  'prompts/writer.md': 'Write a note about the request.\n',
  'replies.yaml': `replies:
  - { agent: writer, stage: second, reply: A better note. }
  - { agent: writer, reply: A note. }
  - { agent: judge, reply: { condition: no_it_is_not } }
`,
  'workflow.yaml': `workflow:
  id: notes
  nodes:
    - { id: first, type: agent, agent: writer }
    - { id: verdict, type: decision, agent: judge }
    - { id: second, type: agent, agent: writer, input: "\${{ stages.first.output }}" }
    - { id: done, type: end, output: "\${{ stages.first.output }}" }
    - { id: better, type: end, output: "\${{ stages.second.output }}" }
    - { id: broken, type: end, status: failure, output: "\${{ error.message }}" }
  edges:
    - { from: first, to: verdict }
    - { from: verdict, to: done, condition: yes_it_is }
    - { from: verdict, to: second, condition: no_it_is_not }
    - { from: second, to: better }
    - { from: first, to: broken, type: error }
    - { from: second, to: broken, type: error }
    - { from: verdict, to: broken, type: error }
`,
};

interface Seen {
  readonly status: TaskResult['status'];
  readonly output: unknown;
  readonly trace: readonly string[];
}

async function run(projectDirectory: string): Promise<Seen> {
  const engine = await Engine.fromConfigDir(projectDirectory, { host: 'memory', environment: {} });
  try {
    const { status, output, trace } = await engine.runOne('bees');
    return { status, output, trace: trace.map((stage) => `${stage.node} ${stage.status}`) };
  } finally {
    await engine.close();
  }
}

function make(name: string): string {
  return writeFiles(path.join(directory, name), project);
}

describe('a workflow that was recorded', () => {
  it('takes the same path to the same end without the model, and misses what a changed prompt asks', async () => {
    const notes = make('played');
    const recorded = await run(notes);
    expect(recorded).toMatchObject({ status: 'completed', output: 'A better note.' });
    const bytes = readFileSync(path.join(notes, cassette), 'utf8');

    rmSync(path.join(notes, 'replies.yaml'));
    writeFiles(notes, { 'engine.yaml': onlyPlaying });
    expect(await run(notes)).toEqual(recorded);
    expect(readFileSync(path.join(notes, cassette), 'utf8')).toBe(bytes);

    writeFiles(notes, { 'prompts/writer.md': 'Write a poem about the request.\n' });
    expect(await run(notes)).toEqual({
      status: 'failed',
      output:
        'The cassette "cassettes/notes.json" has no answer to call 1 of agent "writer" in stage "first". The nearest one, call 1 of agent "writer" in stage "first", differs in the system text (line 3).',
      trace: ['first failed', 'verdict skipped', 'second skipped', 'done skipped', 'better skipped', 'broken done'],
    });
  });

  it('keeps the calls that were answered before the process was killed', async () => {
    const notes = make('killed');
    const stalling = (project['replies.yaml'] ?? '').replace('reply: A better note.', 'stall: true');
    writeFiles(notes, { 'replies.yaml': stalling });
    const { child, ended } = startCli(['run', notes, 'bees']);
    await untilFile(path.join(notes, cassette));
    child.kill('SIGKILL');
    await ended;
    writeFiles(notes, {
      'replies.yaml':
        'replies: [{ stage: second, reply: From later. }, { agent: judge, reply: { condition: no_it_is_not } }]\n',
    });
    expect(await run(notes)).toMatchObject({ status: 'completed', output: 'From later.' });
  });

  it('is not played when its cassette is not there, and the check says so', async () => {
    const notes = make('missing');
    writeFiles(notes, { 'engine.yaml': onlyPlaying });
    const { code, stdout } = await cli(['validate', notes]);
    expect([code, existsSync(path.join(notes, cassette))]).toEqual([1, false]);
    expect(stdout).toContain('The cassette file "cassettes/notes.json" is not there.');
  });
});
