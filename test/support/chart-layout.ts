import type { ChartState, ChartTransition } from '../../src/machines/index.ts';
import type { WorkflowSpec } from '../../src/manifest/index.ts';
import { compileWorkflow } from './workflow-subject.ts';

/**
 * How a chart is laid out, one line a state: a stage with the ways on when it is over, a block of lanes, a lane. A stage
 * that waits at its join has a `?`; the stage that certainly comes next, and is entered at once, stands behind `!`.
 */
export function layoutOf(workflow: WorkflowSpec): readonly string[] {
  const { running } = compileWorkflow(workflow).chart.states ?? {};
  const lines: string[] = [];
  if (running !== undefined) writeLines(running, '', lines);
  return lines;
}

function writeLines({ states = {} }: ChartState, indent: string, lines: string[]): void {
  for (const [key, state] of Object.entries(states)) {
    if (key.endsWith('~end')) continue;
    if (state.meta?.['node'] !== undefined) {
      lines.push(`${indent}${stageLine(key, state)}`);
      continue;
    }
    const ways = [...(state.always ?? []), ...(state.onDone ?? [])].map((way) => wayText(way)).join(', ');
    lines.push(`${indent}${key}: ${kindOf(state)}${ways === '' ? '' : ` → ${ways}`}`);
    writeLines(state, `${indent}  `, lines);
  }
}

function kindOf({ type, always, initial }: ChartState): string {
  if (type === 'parallel') return 'block';
  return always === undefined ? `lane from ${initial}` : 'pick';
}

function stageLine(key: string, { states = {}, initial, onDone = [] }: ChartState): string {
  const next = (states['running']?.on?.['stage.ended'] ?? []).flatMap((way) =>
    way.target?.startsWith('#') === true ? [wayText(way)] : [],
  );
  const certain = next.length === 0 ? '' : ` ! ${next.join(', ')}`;
  return `${key}${initial === 'join' ? '?' : ''} → ${onDone.map((way) => wayText(way)).join(', ')}${certain}`;
}

/** `edge: target`, `if guard: target`, or the target alone. */
function wayText({ guard, target = '' }: ChartTransition): string {
  const to = target.replace('#', '');
  if (guard === undefined) return to;
  const { edge, others } = guard.params ?? {};
  if (guard.type === 'taken') return `${edge}: ${to}`;
  if (guard.type === 'mayRun') return `if ${to}`;
  return `${guard.type}${others === undefined ? '' : ` +${others}`}: ${to}`;
}
