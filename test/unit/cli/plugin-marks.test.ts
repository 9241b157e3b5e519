import { expect, it } from 'vitest';
import { callRows } from '../../../src/cli/text/call-text.ts';
import { stageRows } from '../../../src/cli/text/stage-rows.ts';
import { storedTask } from '../../../src/engine/index.ts';
import { openProject } from '../../support/engine-fixture.ts';
import { agentProject, echo, guard } from '../../support/plugin-project.ts';
import { keptOutput } from './output.ts';

function remarks(rows: ReturnType<typeof callRows>): readonly string[] {
  return rows.slice(1).map((row) => row.at(-1)?.[0] ?? '');
}

it('shows what plugins did to stages, and to which calls of them', async () => {
  const project = agentProject({
    replies: [
      { call: 1, tool_calls: [{ tool: 'look', arguments: { n: 1 } }] },
      { call: 2, tool_calls: [{ tool: 'look', arguments: { n: 2 } }] },
      { reply: 'Done.' },
    ],
    tools: { look: echo },
  });
  const { engine, directory } = await openProject(project, {
    host: 'local',
    plugins: [
      guard(
        {
          before_llm: async ({ call, prompt }) =>
            call === 1 ? { replaceInput: { system: `${prompt.system}!` } } : undefined,
          after_llm: async ({ call, text }) => (call === 3 ? { replaceOutput: { text: `${text}!` } } : undefined),
        },
        'privacy',
      ),
      guard({
        before_tool: async ({ arguments: given }) =>
          JSON.stringify(given) === '{"n":2}' ? { replaceInput: { n: 3 } } : undefined,
        after_stage: async () => ({ veto: 'no' }),
      }),
    ],
  });
  await engine.runOne('go', { id: 'task' });
  await engine.close();
  const found = await storedTask(directory, 'task');
  const output = keptOutput();
  expect(remarks(callRows(found.calls, output))).toEqual([
    '→ look; prompt by privacy',
    '',
    '→ look',
    'arguments by guard',
    'answer by privacy',
  ]);
  const rows = stageRows({ ...found, trace: found.task.trace, routing: found.task.routing }, output);
  expect(remarks(rows)).toEqual([
    'plugin.veto; changed by privacy (before_llm); changed by guard (before_tool); changed by privacy (after_llm); vetoed by guard (after_stage)',
  ]);
});
