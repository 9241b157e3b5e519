import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkTexts, readTexts, samplesDirectory } from '../../../support/sample-project.ts';

const readWarnings = () => checkTexts(readTexts(path.join(samplesDirectory, 'invalid/not-in-this-version.warnings')));

const workflow = {
  nodes: [
    { id: 'start', type: 'transform', output: 1 },
    { id: 'done', type: 'end' },
  ],
  edges: [{ from: 'start', to: 'done' }],
};

/** A project of plain objects around a workflow that has no problems. */
function check(manifests: Readonly<Record<string, object>>) {
  const all = { workflow: { workflow: { id: 'sample', ...workflow } }, ...manifests };
  return checkTexts(new Map(Object.entries(all).map(([kind, value]) => [`${kind}.json`, JSON.stringify(value)])));
}

it('says nothing of fields that ask for what is done anyway', () => {
  const { problems } = check({
    engine: { engine: { name: 'sample', permissions: { commands: { allow: ['npm test'] } } } },
    agents: { agents: { writer: { prompt: 'Write.', tools: [], fallback_models: [], json: { retries: 0 } } } },
    tools: {
      tools: { run: { type: 'command.run', command: 'npm test', consent: 'never', sandbox: 'off', shell: false } },
    },
    plugins: { plugins: [{ name: 'log', type: 'telemetry.logger', critical: false, config: { path: 'log.jsonl' } }] },
  });
  expect(problems.map((problem) => problem.code)).toEqual(['MANIFEST_UNUSED', 'MANIFEST_UNUSED']);
});

it.each([
  [{ type: 'mcp', command: 'npm', args: ['test'], only: ['a'] }, ['api.example.org'], true],
  [{ type: 'mcp', command: 'npm', args: ['test'], only: ['a'], sandbox: 'required' }, ['api.example.org'], false],
  [{ type: 'mcp', url: 'https://api.example.org/', only: ['a'] }, ['api.example.org'], false],
  [{ type: 'command.run', command: 'npm test', sandbox: 'required' }, ['api.example.org'], false],
  [{ type: 'command.run', command: 'npm test', sandbox: 'required' }, ['*'], true],
])('says of %j beside hosts %j whether they hold for it', (tool, allow, isWarned) => {
  const permissions = { commands: { allow: ['npm test'] }, network: { allow } };
  const { problems } = check({
    engine: { engine: { name: 'sample', permissions } },
    tools: { tools: { run: tool } },
  });
  expect(problems.some(({ message }) => message.startsWith('"network" is NOT ENFORCED'))).toBe(isWarned);
});

it('makes a project of what it warns about', () => {
  const { plugins, tools, memory } = readWarnings().project ?? {};
  expect({ plugins: plugins?.map(({ name }) => name), tools: Object.keys(tools ?? {}), memory }).toEqual({
    plugins: ['log', 'quiet'],
    tools: ['run_tests', 'build', 'lookup'],
    memory: {
      memory: { task_store: { type: 'in_memory' } },
      context_profiles: {
        narrow: { max_tokens: 4000, sources: ['task_store'] },
      },
    },
  });
});

it('offers only types that can be run when a type is unknown', () => {
  const { problems } = check({ memory: { memory: { task_store: { type: 'blackboard' } } } });
  expect(problems.map(({ hint }) => hint)).toEqual(['Use one of "in_memory", "file_json", "sqlite", "disabled".']);
});

function agentWith(agent: object) {
  return check({ agents: { agents: { writer: agent } } });
}

describe('an agent without a prompt', () => {
  it('is asked by its description', () => {
    const { project } = agentWith({ description: 'Writes.', model: 'offline' });
    expect(project?.agents).toEqual({ writer: { description: 'Writes.', model: 'offline', prompt: 'Writes.' } });
  });

  it.each([{}, { description: ' ' }])('needs a description that says something, unlike %j', (agent) => {
    const { problems } = agentWith(agent);
    expect(problems.map(({ message }) => message)).toEqual(['An agent needs the field "prompt".']);
  });
});
