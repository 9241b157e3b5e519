import type { RoutingDecision } from '../../engine/index.ts';
import type { Output } from '../context.ts';
import { safeLine } from './safe-text.ts';

/** A decision with all that there was to choose from: what was taken, and why not the rest. */
export function decisionLines(decision: RoutingDecision, { colors }: Output): readonly string[] {
  const { at, kind, chosen, rule, reason, candidates, overrides } = decision;
  const place = kind === 'pipeline' ? 'pipeline' : `${safeLine(at)}, ${kind}`;
  return [
    `${colors.cyan('routing')} ${place} → ${colors.bold(safeLine(chosen))} ${colors.dim(`(${rule})`)} ${safeLine(reason)}`,
    ...candidates
      .filter(({ id }) => id !== chosen)
      .map(
        ({ id, refusal, behind }) =>
          `  ${safeLine(id)}${colors.dim(`${textAfter(': ', refusal)}${textAfter(': fits, ', behind)}`)}`,
      ),
    ...(overrides.length === 0 ? [] : [`  ${colors.dim('by overrides')} ${safeLine(overrides.join(', '))}`]),
  ];
}

function textAfter(before: string, text: string | undefined): string {
  return text === undefined ? '' : `${before}${safeLine(text)}`;
}
