import type { FailureSignature, TaskResult } from '../../engine/index.ts';
import type { Output } from '../context.ts';
import { costText, countText, durationText } from './format-values.ts';
import { symbolsFor } from '../progress/symbols.ts';
import { safeLine, safeText } from './safe-text.ts';

interface SummaryStyle {
  readonly output: Output;
  readonly durationMs: number;
  readonly environment: Parameters<typeof symbolsFor>[0];
}

/** What came of a task, in one line. */
export function summaryLine(result: TaskResult, { output, durationMs, environment }: SummaryStyle): string {
  const { green, red, yellow, dim } = output.colors;
  const symbols = symbolsFor(environment);
  const isDone = result.status === 'completed';
  const paint = isDone ? green : result.status === 'partial' ? yellow : red;
  const ran = result.trace.filter(({ status, attempt }) => status === 'done' || attempt > 0).length;
  const { total_tokens: tokens, cost_usd: costUsd } = result.usage;
  const facts = [
    durationText(durationMs),
    countText(ran, 'stage'),
    ...(tokens > 0 ? [countText(tokens, 'token')] : []),
    ...(costUsd === undefined ? [] : [costText(costUsd)]),
    `task ${result.taskId}`,
  ];
  return `${paint(`${isDone ? symbols.done : symbols.failed} ${result.status}`)} ${dim(`· ${facts.join(' · ')}`)}`;
}

/** Every failure with its way out. */
export function failureLines(failures: readonly FailureSignature[], { colors }: Output): readonly string[] {
  return failures.flatMap(({ code, stage, attempt, message, hint }) => {
    const place = attempt > 1 ? `stage "${stage}", attempt ${attempt}` : `stage "${stage}"`;
    return [
      `${colors.red(colors.bold('failed'))} ${colors.bold(code)} ${colors.cyan(place)}`,
      `  ${safeText(message).replaceAll('\n', '\n  ')}`,
      ...(hint === undefined ? [] : [`  ${colors.cyan('help:')} ${safeLine(hint)}`]),
    ];
  });
}
