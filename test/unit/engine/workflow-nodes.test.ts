import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadProject } from '../../../src/engine/project/load-project.ts';
import type { DeclaredNodeSpec } from '../../../src/manifest/index.ts';
import { locate } from '../../../src/manifest-compiler/report/index.ts';
import { openProject, type OpenEngine, type TestProject } from '../../support/engine-fixture.ts';
import { temporaryDirectory, writeProject, type ProjectParts } from '../../support/project-fixture.ts';

type Files = Readonly<Record<string, string>>;

const called = `workflow:
  id: called
  nodes:
    - { id: shout, type: transform, output: '\${{ input + "!" }}' }
    - { id: over, type: end, output: { said: '\${{ output }}' } }
  edges:
    - { from: shout, to: over }
`;

const calling = (workflow: string, fields: object = {}): TestProject['workflow'] => ({
  nodes: [{ id: 'call', type: 'workflow', workflow, ...fields }],
});

async function runCall(files: Files, workflow = 'called.yaml', fields: object = {}): Promise<unknown> {
  const { engine } = await openProject({ workflow: calling(workflow, fields), files }, { host: 'memory' });
  return (await engine.runOne('go')).output;
}

interface Found {
  readonly code: string;
  readonly file: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly line: number;
}

/** The errors of a project; `change` is done to its directory before it is read. */
async function errorsOf(parts: ProjectParts, change: (directory: string) => void = () => undefined): Promise<Found[]> {
  const directory = temporaryDirectory();
  writeProject(directory, parts);
  change(directory);
  const { problems, sources } = await loadProject(directory);
  return problems.flatMap((problem) => {
    const { code, file, message, hint, severity } = problem;
    if (severity !== 'error') return [];
    const { line } = locate(problem, sources);
    return [{ code, file, message, hint, line }];
  });
}

describe('a workflow node', () => {
  it('runs a workflow file, on the outputs before it unless it says otherwise', async () => {
    expect(await runCall({ 'called.yaml': called })).toEqual({ said: 'go!' });
    expect(await runCall({ 'called.yaml': called }, 'called.yaml', { input: '${{ input + "?" }}' })).toEqual({
      said: 'go?!',
    });
  });

  it.each([
    ['./called.yaml', { 'called.yaml': called }],
    ['flows/../called.yaml', { 'called.yaml': called }],
    ['flows/called.yml', { 'flows/called.yml': called }],
    ['called.yaml', { 'called.yaml': called.replaceAll('\n', '\r\n') }],
    ['called.yaml', { 'called.yaml': `\u{feff}${called}` }],
    [
      'called.json',
      {
        'called.json': JSON.stringify({
          workflow: { id: 'called', nodes: [{ id: 'over', type: 'end', output: { said: '${{ input }}!' } }] },
        }),
      },
    ],
  ])('finds its file as %s', async (workflow, files) => {
    expect(await runCall(files, workflow)).toEqual({ said: 'go!' });
  });

  it('shares a file with others, however they write its name', async () => {
    const { engine, events } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'one', type: 'workflow', workflow: 'called.yaml' },
            { id: 'two', type: 'workflow', workflow: './called.yaml', input: '${{ output.said }}' },
            { id: 'all', type: 'map', items: ['x'], workflow: 'a/../called.yaml' },
          ],
          edges: [
            { from: 'one', to: 'two' },
            { from: 'two', to: 'all' },
          ],
        },
        files: { 'called.yaml': called },
      },
      { host: 'local' },
    );
    const { output, trace } = await engine.runOne('go', { id: 'task' });
    expect([trace[1]?.output, output]).toEqual([{ said: 'go!!' }, [{ index: 0, ok: true, output: { said: 'x!' } }]]);
    const created = events.flatMap(({ type, taskId }) => (type === 'task.created' ? [taskId] : []));
    expect(created).toEqual(['task', 'task/one', 'task/two', 'task/all.0']);
  });

  it('gives a map by node id when its workflow ends in several places', async () => {
    const file = {
      workflow: {
        id: 'called',
        nodes: [
          { id: 'start', type: 'transform', output: 1 },
          { id: 'left', type: 'end', output: 'l' },
          { id: 'right', type: 'transform', output: 'r' },
        ],
        edges: [
          { from: 'start', to: 'left' },
          { from: 'start', to: 'right' },
        ],
      },
    };
    expect(await runCall({ 'called.json': JSON.stringify(file) }, 'called.json')).toEqual({ left: 'l', right: 'r' });
  });
});

const failingFile = (nodes: readonly DeclaredNodeSpec[], edges: readonly object[] = []): Files => ({
  'called.json': JSON.stringify({ workflow: { id: 'called', nodes, edges } }),
});

async function openHandled(files: Files, parts: Partial<TestProject> = {}): Promise<OpenEngine> {
  return openProject(
    {
      workflow: {
        nodes: [
          { id: 'call', type: 'workflow', workflow: 'called.json' },
          { id: 'fine', type: 'end' },
          { id: 'branch', type: 'end', output: '${{ [error.code, error.message] }}' },
          { id: 'tool', type: 'end', output: '${{ [error.code, error.details.stage] }}' },
        ],
        edges: [
          { from: 'call', to: 'fine' },
          { from: 'call', to: 'branch', type: 'error', on: ['branch_failed'] },
          { from: 'call', to: 'tool', type: 'error', on: ['tool'] },
        ],
      },
      files,
      ...parts,
    },
    { host: 'memory' },
  );
}

const brokenTools = {
  fail: (): never => {
    throw new Error('No.');
  },
};

describe('a workflow that fails', () => {
  it('at an end of the status failure is a failure of the branch, with the output in its details', async () => {
    const { engine } = await openHandled(failingFile([{ id: 'no', type: 'end', status: 'failure', output: 'why' }]));
    const { output, trace } = await engine.runOne('go');
    expect(output).toEqual(['branch_failed.child', 'The workflow that "call" runs came to an end that is a failure.']);
    expect(trace[0]?.failure?.details).toEqual({ output: 'why' });
  });

  it('in a stage hands on its code, and where it was', async () => {
    const { engine } = await openHandled(failingFile([{ id: 'deep', type: 'tool', tool: 'fail' }]), {
      tools: brokenTools,
    });
    expect((await engine.runOne('go')).output).toEqual(['tool.failed', 'deep']);
  });

  it('and recovers by itself does not fail the node above', async () => {
    const { engine } = await openHandled(
      failingFile(
        [
          { id: 'deep', type: 'tool', tool: 'fail' },
          { id: 'spare', type: 'transform', output: 'spare' },
        ],
        [{ from: 'deep', to: 'spare', type: 'fallback' }],
      ),
      { tools: brokenTools },
    );
    expect(await engine.runOne('go')).toMatchObject({ status: 'completed', output: 'spare' });
  });

  it.each([
    ['spare', 'spare inside'],
    ['other', 'spare above'],
  ])(
    'is handled by a row of the fallback matrix where it has the node %s, else the node above is',
    async (id, output) => {
      const { engine } = await openProject(
        {
          workflow: {
            nodes: [
              { id: 'call', type: 'workflow', workflow: 'called.json' },
              { id: 'spare', type: 'end', output: 'spare above' },
            ],
          },
          files: failingFile(
            [
              { id: 'inner', type: 'tool', tool: 'fail' },
              { id, type: 'end', output: 'spare inside' },
            ],
            id === 'spare' ? [] : [{ from: 'inner', to: id }],
          ),
          pipelines: { fallbacks: [{ category: 'tool', to: 'spare' }] },
          tools: brokenTools,
        },
        { host: 'memory' },
      );
      expect(await engine.runOne('go')).toMatchObject({ status: 'completed', output });
    },
  );
});

function fileCalling(workflow: string): string {
  return JSON.stringify({ workflow: { id: 'a', nodes: [{ id: 'call', type: 'workflow', workflow }] } }, null, 1);
}

describe('a workflow file', () => {
  it('that contains itself is refused, with the way around', async () => {
    const files = { 'a.json': fileCalling('./b.json'), 'b.json': fileCalling('x/../a.json') };
    expect(await errorsOf({ workflow: calling('a.json'), files })).toEqual([
      {
        code: 'MANIFEST_WORKFLOW_RECURSIVE',
        file: 'b.json',
        message: 'The workflow "a.json" contains itself: a.json → b.json → a.json.',
        hint: 'Remove the node; what is to be done again and again belongs into a node of type repeat.',
        line: 8,
      },
    ]);
  });

  it('is the main workflow file for nobody', async () => {
    expect(await errorsOf({ workflow: calling('./workflow.json') })).toMatchObject([
      { code: 'MANIFEST_WORKFLOW_RECURSIVE', file: 'workflow.json' },
    ]);
  });

  it('that is not there is reported once for each node that names it, with a near name', async () => {
    const errors = await errorsOf({
      workflow: {
        nodes: [
          { id: 'call', type: 'workflow', workflow: 'flows/caled.yaml' },
          { id: 'other', type: 'workflow', workflow: 'flows/called.yaml' },
        ],
        edges: [{ from: 'call', to: 'other' }],
      },
      files: { 'flows/called.yaml': called },
    });
    expect(errors).toMatchObject([{ code: 'MANIFEST_FILE_MISSING', hint: 'Did you mean "flows/called.yaml"?' }]);
  });

  it.each([['/etc/hostname'], ['../outside.yaml']])('does not lie outside of the project: %s', async (workflow) => {
    expect(await errorsOf({ workflow: calling(workflow) })).toMatchObject([
      { code: 'MANIFEST_VALUE_INVALID', message: `The workflow "${workflow}" lies outside of the project directory.` },
    ]);
  });

  it('is not read through a link that leads out of the project', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'agent-engine-outside-'));
    onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
    writeFileSync(path.join(outside, 'secret.yaml'), called);
    const errors = await errorsOf({ workflow: calling('link.yaml') }, (directory) =>
      symlinkSync(path.join(outside, 'secret.yaml'), path.join(directory, 'link.yaml')),
    );
    expect(errors).toMatchObject([{ code: 'MANIFEST_FILE_MISSING' }]);
  });

  it.each([
    ['not: [closed', 'MANIFEST_SYNTAX'],
    ['workflow: { id: a, nodes: [{ id: b, type: nothing }] }', 'MANIFEST_VALUE_INVALID'],
    ['- a list', 'MANIFEST_TYPE_WRONG'],
  ])('is checked like the workflow of the project: %s', async (text, code) => {
    const errors = await errorsOf({ workflow: calling('bad.yaml'), files: { 'bad.yaml': text } });
    expect(errors.map(({ file }) => file)).toEqual(['bad.yaml']);
    expect(errors[0]?.code).toBe(code);
  });

  it('has its problems at their lines, also when nodes use it twice', async () => {
    const text = called.replace('input + "!"', 'stages.nobody.output');
    const errors = await errorsOf({
      workflow: {
        nodes: [
          { id: 'one', type: 'workflow', workflow: 'called.yaml' },
          { id: 'two', type: 'workflow', workflow: './called.yaml' },
        ],
        edges: [{ from: 'one', to: 'two' }],
      },
      files: { 'called.yaml': text },
    });
    expect(errors).toMatchObject([
      { file: 'called.yaml', line: 4, message: 'There is no stage "nobody" that an expression here could read.' },
    ]);
  });
});
