import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { EngineEvent } from '../../src/services/index.ts';
import { cli } from './cli-call.ts';
import { cli as cliProcess, inherited, stackPattern } from './cli-process.ts';
import { answerAsOllama } from '../support/wire/ollama.ts';
import { startWireServer } from '../support/wire/server.ts';
import { echoProject, temporaryDirectory, toolFiles, writeFiles, type Files } from './project.ts';

const directory = temporaryDirectory();
/** Of a machine that is busy, too. */
const duration = /\d+ms|\d+\.\ds/gu;

function project(name: string, files: Files): string {
  return writeFiles(path.join(directory, name), files);
}

const workflow = (text: string): Files => ({ ...toolFiles, 'workflow.yaml': text });

const errorEdge = workflow(`workflow:
  id: error_edge
  nodes:
    - { id: try, type: tool, tool: fail }
    - { id: finished, type: end, output: "It worked." }
    - { id: recovered, type: end, output: "\${{ error.code }}" }
  edges:
    - { from: try, to: finished }
    - { from: try, to: recovered, type: error, on: [tool] }
`);

const decision = workflow(`workflow:
  id: decision
  nodes:
    - { id: look, type: transform, output: "\${{ size(input) }}" }
    - { id: check, type: decision }
    - { id: long, type: end, output: "a long request" }
    - { id: short, type: end, output: "a short request" }
  edges:
    - { from: look, to: check }
    - { from: check, to: long, when: "output > 5" }
    - { from: check, to: short, when: "output <= 5" }
    - { from: check, to: short }
`);

const fork = workflow(`workflow:
  id: fork
  nodes:
    - { id: begin, type: transform, output: 1 }
    - { id: one, type: tool, tool: count, arguments: { stage: one } }
    - { id: two, type: tool, tool: count, arguments: { stage: two } }
    - { id: three, type: tool, tool: count, arguments: { stage: three } }
    - { id: join, type: merge }
    - { id: finished, type: end, output: "\${{ stages.join.output }}" }
    - { id: broken, type: end, status: failure }
  edges:
    - { from: begin, to: one }
    - { from: begin, to: two }
    - { from: begin, to: three }
    - { from: one, to: join }
    - { from: two, to: join }
    - { from: three, to: join }
    - { from: join, to: finished }
    - { from: join, to: broken, type: error }
`);

it('prints the output alone on stdout, and how it came about on stderr', async () => {
  const { code, stdout, stderr } = await cli(['run', project('echo', echoProject), 'hello', 'there', '--id', 'first']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'kind: text\nrequest: hello there\n' });
  expect(stderr.replaceAll(duration, '_')).toBe(
    [
      'echo, task first',
      '  started   measure (transform)',
      '  finished  measure in _',
      '  finished  answer in _',
      '✓ completed · _ · 2 stages · task first',
      '',
    ].join('\n'),
  );
});

it('prints nothing on stderr when it is to be quiet, and no stages when there is to be no progress', async () => {
  const echo = project('silent', echoProject);
  const quiet = await cli(['run', echo, 'hello', '--quiet']);
  const noProgress = await cli(['run', echo, 'hello', '--no-progress', '--id', 'second']);
  expect(quiet).toEqual({ code: 0, signal: null, stdout: 'kind: text\nrequest: hello\n', stderr: '' });
  expect(noProgress.stderr.replaceAll(duration, '_')).toBe('✓ completed · _ · 2 stages · task second\n');
});

it('takes the error edge of a tool that fails', async () => {
  const { code, stdout, stderr } = await cli(['run', project('error-edge', errorEdge), 'go']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'tool.failed\n' });
  expect(stderr.replaceAll(duration, '_')).toContain(
    '  failed    try in _: tool.failed Tool "fail" failed: The tool broke.\n',
  );
});

it.each([
  ['a long request', 'long', 'check → output > 5'],
  ['tiny', 'short', 'check → output <= 5'],
])('goes the way that a decision takes for "%s"', async (request, end) => {
  const { code, stdout } = await cli(['run', project(`decision-${end}`, decision), request, '--quiet']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `a ${end} request\n` });
});

it('runs the branches of a fork and merges them', async () => {
  const { code, stdout } = await cli(['run', project('fork', fork), 'go', '--quiet', '--json']);
  const result: unknown = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(result).toMatchObject({
    status: 'completed',
    pipeline: 'fork',
    failures: [],
    output: { one: { stage: 'one' }, two: { stage: 'two' }, three: { stage: 'three' } },
  });
  expect(Object.keys(z.record(z.string(), z.unknown()).parse(result))).toEqual([
    'taskId',
    'status',
    'pipeline',
    'output',
    'failures',
    'usage',
    'trace',
  ]);
});

it('prints every event as a line of JSON when it is asked for events', async () => {
  const { code, stdout } = await cli(['run', project('events', echoProject), 'hello', '--events', '--quiet']);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => EngineEvent.parse(JSON.parse(line)));
  expect(code).toBe(0);
  expect(
    events.map(({ type }) => type).filter((type) => type.startsWith('task.') || type.startsWith('stage.')),
  ).toEqual(['task.created', 'task.started', 'stage.started', 'stage.finished', 'stage.finished', 'task.completed']);
});

it('fails with the failure of a stage that nothing handles', async () => {
  const files = workflow(`workflow:
  id: unhandled
  nodes:
    - { id: try, type: tool, tool: fail }
    - { id: finished, type: end }
  edges:
    - { from: try, to: finished }
`);
  const place = project('unhandled', files);
  const { code, stdout, stderr } = await cli(['run', place, 'go', '--id', 'third'], { cwd: directory });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('failed tool.failed stage "try"\n  Tool "fail" failed: The tool broke.\n  help: ');
  expect(stderr).toMatch(/See it with: node .+ show third --project unhandled\n$/u);
  expect(stderr).not.toMatch(stackPattern);
});

it('fails a stage whose output breaks its schema', async () => {
  const files: Files = {
    ...toolFiles,
    'schemas/Verdict.json':
      '{ "type": "object", "properties": { "score": { "type": "number" } }, "required": ["score"] }',
    'engine.yaml': 'engine:\n  name: strict\n  models: { demo: { provider: scripted, script: scripts/demo.yaml } }\n',
    'scripts/demo.yaml': 'replies:\n  - { reply: { score: "high" } }\n',
    'agents.yaml': 'agents:\n  judge: { model: demo, prompt: "Judge: {{ task.input }}", output_schema: Verdict }\n',
    'workflow.yaml': `workflow:
  id: strict
  nodes:
    - { id: judge, type: agent, agent: judge }
    - { id: finished, type: end }
    - { id: broken, type: end, status: failure }
  edges:
    - { from: judge, to: finished }
    - { from: judge, to: broken, type: error }
`,
  };
  const { code, stderr } = await cli(['run', project('strict', files), 'go', '--no-progress']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/failed json\.schema_m(?:aj|in)or stage "judge"\n/u);
  expect(stderr).not.toMatch(stackPattern);
});

it('says once that the offline model does not reason, and only when it is asked', async () => {
  const files: Files = {
    'agents.yaml': 'agents:\n  one: { prompt: "Say: {{ task.input }}" }\n',
    'workflow.yaml': `workflow:
  id: offline
  nodes:
    - { id: first, type: agent, agent: one }
    - { id: second, type: agent, agent: one }
    - { id: finished, type: end }
    - { id: broken, type: end, status: failure }
  edges:
    - { from: first, to: second }
    - { from: first, to: broken, type: error }
    - { from: second, to: finished }
`,
  };
  const { stderr } = await cli(['run', project('offline', files), 'A sentence about rivers.', '--no-progress']);
  expect(stderr.split('\n').filter((line) => line.includes('offline model'))).toEqual([
    'note: The offline model takes its answers from the text it is given; it does not reason.',
  ]);
});

it('says once which model "auto" is', async () => {
  const files: Files = {
    'agents.yaml': 'agents:\n  one: { prompt: "Say: {{ task.input }}", model: auto }\n',
    'workflow.yaml': `workflow:
  id: auto
  nodes:
    - { id: first, type: agent, agent: one }
    - { id: second, type: agent, agent: one }
  edges:
    - { from: first, to: second }
`,
  };
  const { origin, close } = await startWireServer({ answer: answerAsOllama });
  onTestFinished(close);
  const environment = { ...inherited, OLLAMA_HOST: origin };
  const words = ['run', project('auto', files), 'A sentence about rivers.', '--no-progress'];
  const { stdout, stderr } = await cli(words, { environment });
  expect(stdout).toBe('Hello\n');
  expect(stderr.split('\n').filter((line) => line.includes('"auto"'))).toEqual([
    `note: The model "auto" is "tiny:latest" of "ollama": an Ollama server with this model answers at "${origin}".`,
  ]);
});

it('paints nothing for a pipe, and nothing for anybody when NO_COLOR is set', async () => {
  const echo = project('plain', echoProject);
  const piped = await cliProcess(['run', echo, 'hello']);
  const forced = await cliProcess(['run', echo, 'hello'], { environment: { ...inherited, FORCE_COLOR: '1' } });
  const refused = await cliProcess(['run', echo, 'hello'], {
    environment: { ...inherited, FORCE_COLOR: '1', NO_COLOR: '1' },
  });
  expect([piped, forced, refused].map(({ stderr }) => stderr.includes('\u001B['))).toEqual([false, true, false]);
});
