import type { MigrationPlan } from '../../engine/index.ts';
import type { Output } from '../context.ts';
import { safeLine } from './safe-text.ts';

/** What becomes of a task with the manifests of today, one line a stage. Of a refusal the error tells. */
export function migrationLines(plan: MigrationPlan, { colors }: Output): readonly string[] {
  const { verdict, kept, lost, starts } = plan;
  if (verdict === 'same') return ['The task has the manifests of today.'];
  const names = kept.map(({ from, node }) => (from === node ? node : `${from} (now ${node})`));
  return [
    `The task goes on with the manifests of today: ${verdict}.`,
    ...(names.length === 0 ? [] : [`  ${colors.green('kept:')} ${names.join(', ')}`]),
    ...lost.map(({ node, runsAgain, sentence, tools }) => {
      const fate = colors.yellow(runsAgain ? 'runs again:' : 'left out:');
      const effect = tools.length === 0 ? '' : ` Uses ${tools.map((tool) => `"${tool}"`).join(', ')} again.`;
      return `  ${fate} ${node}. ${safeLine(sentence)}${runsAgain ? effect : ''}`;
    }),
    `  ${colors.cyan('next:')} ${starts.length === 0 ? 'nothing, the task is over with them' : starts.join(', ')}`,
  ];
}

/** Tools that may change the world and would do so a second time. */
export function toolsAgain({ lost }: MigrationPlan): readonly string[] {
  return [...new Set(lost.flatMap(({ tools, runsAgain }) => (runsAgain ? tools : [])))];
}
