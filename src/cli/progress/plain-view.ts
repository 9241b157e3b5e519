import type { Output } from '../context.ts';
import { costText, countText, durationText } from '../text/format-values.ts';
import { safeLine } from '../text/safe-text.ts';
import { createAgentTracker } from './agent-activity.ts';
import { createStageTracker, type Spent, type StageChange } from './stage-tracker.ts';
import { headline, typesIn, type Beginning, type ProgressView } from './view.ts';

/** A line for every start and end of a stage, and for what its agent does: for logs and pipes. */
export function createPlainView(stderr: Output): ProgressView {
  let begun: Beginning | undefined;
  const tracker = createStageTracker(typesIn(() => begun));
  const agents = createAgentTracker();
  const print = (text: string): void => stderr.write(`${text}\n`);
  return {
    begin(beginning) {
      begun = beginning;
      print(headline(beginning));
    },
    take(event) {
      const change = tracker.take(event);
      if (change !== undefined) print(`  ${changeText(change)}`);
      const news = agents.take(event);
      if (news !== undefined) print(`  ${news.kind.padEnd(9)} ${news.node}: ${news.text}`);
    },
    print,
    end: () => undefined,
    atWork: () => tracker.atWorkCount,
  };
}

/** Prints nothing of how the stages go. */
export function createSilentView(stderr: Output): ProgressView {
  const tracker = createStageTracker(() => '');
  const print = (text: string): void => stderr.write(`${text}\n`);
  return {
    begin: () => undefined,
    take: (event) => void tracker.take(event),
    print,
    end: () => undefined,
    atWork: () => tracker.atWorkCount,
  };
}

function changeText(change: StageChange): string {
  const { node, nodeType } = change;
  switch (change.kind) {
    case 'started':
      return `started   ${node} (${nodeType}${change.attempt > 1 ? `, attempt ${change.attempt}` : ''})`;
    case 'finished': {
      const choice = change.choice === undefined ? '' : ` → ${safeLine(change.choice)}`;
      return `finished  ${node} in ${durationText(change.durationMs)}${spentText(change.spent)}${choice}`;
    }
    case 'failed':
      return `failed    ${node} in ${durationText(change.durationMs)}: ${change.failure.code} ${safeLine(change.failure.message)}`;
    case 'retrying': {
      const { code, message } = change.failure;
      return `retrying  ${node} in ${durationText(change.delayMs)}: ${code} ${safeLine(message)}`;
    }
    case 'skipped':
    case 'cancelled':
      return `${change.kind.padEnd(9)} ${node}`;
  }
}

function spentText({ tokens, costUsd }: Spent): string {
  const cost = costUsd > 0 ? `, ${costText(costUsd)}` : '';
  return tokens > 0 ? `, ${countText(tokens, 'token')}${cost}` : cost;
}
