import path from 'node:path';
import { expect, it } from 'vitest';
import { openProject, type OpenEngine } from '../../support/engine-fixture.ts';

const program = path.resolve(import.meta.dirname, '../../support/mcp/honest-server.ts');

async function open(): Promise<OpenEngine> {
  const step = { id: 's1', tool: 'issues.list_issues', arguments: { project: 'engine' } };
  const replies = [
    {
      call: 1,
      match: 'Lists issues of a project[^]*"required":\\["project"\\]',
      reply: JSON.stringify({ steps: [step] }),
    },
    { match: 'Issues of engine: all', reply: 'There are some.' },
  ];
  return await openProject(
    {
      workflow: { nodes: [{ id: 'work', type: 'agent', agent: 'worker' }] },
      engine: {
        models: { told: { provider: 'scripted', script: 'replies.yaml', tool_calls: 'plan' } },
        defaults: { model: 'told' },
        permissions: { commands: { allow: [`${process.execPath} *`] } },
      },
      agents: { worker: { prompt: 'Work.', tools: ['issues.list_issues'] } },
      files: {
        'replies.yaml': JSON.stringify({ replies }),
        'tools.yaml': JSON.stringify({
          tools: {
            issues: {
              type: 'mcp',
              command: process.execPath,
              args: [program],
              only: ['list_issues', 'pid'],
              sandbox: 'off',
            },
          },
        }),
      },
    },
    { host: 'memory' },
  );
}

it('tells an agent what a tool of a server takes before it calls it, and then what it gave', async () => {
  const { engine } = await open();
  const { status, output } = await engine.runOne('go');
  expect([status, output]).toStrictEqual(['completed', 'There are some.']);
});
