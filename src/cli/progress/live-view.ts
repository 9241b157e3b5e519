import { createLogUpdate } from 'log-update';
import type { EngineEvent } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { costText, countText, durationText } from '../text/format-values.ts';
import { activityLines } from './activity-lines.ts';
import { createAgentTracker, type AgentTracker } from './agent-activity.ts';
import { brokenRows, lineOf } from './line.ts';
import { activeLine, endedLine, layoutFor, skippedLine, type LineStyle, type StageLayout } from './stage-line.ts';
import { createStageTracker, type StageTracker } from './stage-tracker.ts';
import { symbolsFor } from './symbols.ts';
import { headline, typesIn, type Beginning, type ProgressView } from './view.ts';

const frameMs = 100;
/** What is new is drawn at once, but no more often than this. */
const soonMs = 15;
/** Columns that the line at the bottom takes before what was spent. */
const leastForDone = 32;
/** Lines that the stages at work leave to the rest. */
const linesBeside = 3;

interface Live {
  readonly context: CliContext;
  readonly tracker: StageTracker;
  readonly agents: AgentTracker;
  readonly log: ReturnType<typeof createLogUpdate>;
  readonly startedAt: number;
  layout: StageLayout;
  frame: number;
  /** Nodes passed over since the last line that stayed. */
  skipped: string[];
  timer?: NodeJS.Timeout;
  /** The next drawing of what is new. */
  soon?: NodeJS.Timeout;
  drawnAt: number;
  /** What stands at the bottom. */
  drawn: readonly string[];
}

/** Stages at work move at the bottom; what is over moves up and stays, so that no workflow is too long for the screen. */
export function createLiveView(context: CliContext): ProgressView {
  let begun: Beginning | undefined;
  const live: Live = {
    context,
    tracker: createStageTracker(typesIn(() => begun)),
    agents: createAgentTracker(),
    // The cursor stays: hiding it takes a handler of signals that would get into the way of ours.
    log: createLogUpdate(process.stderr, { showCursor: true }),
    startedAt: context.now(),
    layout: layoutFor(undefined),
    frame: 0,
    skipped: [],
    drawnAt: 0,
    drawn: [],
  };
  const onResize = (): void => redraw(live);
  return {
    begin(beginning) {
      begun = beginning;
      live.layout = layoutFor(beginning.graph);
      const { bold, cyan } = context.stderr.colors;
      keep(
        live,
        lineOf(
          [
            [symbolsFor(context.environment).start, cyan],
            [` ${headline(beginning)}`, bold],
          ],
          context.stderr.columns(),
        ),
      );
      process.stderr.on('resize', onResize);
      live.timer = setInterval(() => draw(live), frameMs).unref();
    },
    take(event) {
      takeActivity(live, event);
      const change = live.tracker.take(event);
      if (change === undefined) return;
      if (change.kind === 'skipped') live.skipped.push(change.node);
      else keep(live, endedLine(change, styleOf(live)));
    },
    print: (text) => keep(live, text),
    end() {
      process.stderr.off('resize', onResize);
      clearInterval(live.timer);
      clearTimeout(live.soon);
      delete live.timer;
      keepSkipped(live);
      live.log.clear();
    },
    atWork: () => live.tracker.atWorkCount,
  };
}

/** What goes on under a stage; what was spent stays to be read. */
function takeActivity(live: Live, event: EngineEvent): void {
  const { agents, context } = live;
  const isMore = event.type === 'llm.chunk' && agents.activities.get(event.nodeId ?? '')?.said !== '';
  const news = agents.take(event);
  if (news?.kind === 'budget')
    keep(live, lineOf([[`${news.node}: ${news.text}`, context.stderr.colors.yellow]], context.stderr.columns()));
  // What goes on with a text waits for the next frame.
  if (!isMore && agents.activities.has(event.nodeId ?? '')) drawSoon(live);
}

function drawSoon(live: Live): void {
  if (live.soon !== undefined) return;
  const waitMs = Math.max(0, live.drawnAt + soonMs - live.context.now());
  if (waitMs === 0) return draw(live);
  live.soon = setTimeout(() => draw(live), Math.min(waitMs, soonMs)).unref();
}

function styleOf({ layout, context }: Live): LineStyle {
  return { layout, output: context.stderr, symbols: symbolsFor(context.environment) };
}

/** Written past log-update, which would break long lines in the middle of words and commands. */
function keep(live: Live, text: string | undefined): void {
  if (text === undefined) return;
  keepSkipped(live);
  live.log.clear();
  live.context.stderr.write(`${text}\n`);
  draw(live);
}

function keepSkipped(live: Live): void {
  const { skipped, context } = live;
  if (skipped.length === 0) return;
  live.skipped = [];
  live.log.clear();
  context.stderr.write(`${skippedLine(skipped, styleOf(live))}\n`);
}

function draw(live: Live): void {
  const { context, tracker, agents, timer } = live;
  clearTimeout(live.soon);
  delete live.soon;
  if (timer === undefined) return; // not begun, or over
  const { stderr } = context;
  const style = styleOf(live);
  const { spinner } = style.symbols;
  live.frame += 1;
  const at = { now: context.now(), frame: spinner[live.frame % spinner.length] ?? '' };
  const room = Math.max(1, stderr.rows() - linesBeside);
  const stages = [...tracker.active.values()].slice(0, room);
  let left = room - stages.length;
  const lines: string[] = [];
  for (const stage of stages) {
    const activity = agents.activities.get(stage.node);
    const below = activity === undefined ? [] : activityLines(activity, style).slice(0, left);
    left -= below.length;
    lines.push(activeLine(stage, style, at), ...below);
  }
  live.drawn = [...lines, footer(live)];
  live.log(live.drawn.join('\n'));
  live.drawnAt = at.now;
}

/** A terminal that becomes narrower breaks the lines that are there: then they take more rows than were drawn. */
function redraw(live: Live): void {
  const { stderr } = live.context;
  const more = brokenRows(live.drawn, stderr.columns());
  live.log.clear();
  if (more > 0) stderr.write(`\u001B[${more}A\u001B[J`);
  live.drawn = [];
  draw(live);
}

function footer({ tracker, context, startedAt }: Live): string {
  const { stderr, now } = context;
  const { tokens, costUsd } = tracker.total;
  const done = `${tracker.endedCount} done`;
  const time = durationText(now() - startedAt);
  const isNarrow = stderr.columns() < leastForDone; // the time is news then, what is done stands above
  const parts = [
    `${tracker.atWorkCount} at work`,
    ...(isNarrow ? [time, done] : [done, time]),
    ...(tokens > 0 ? [countText(tokens, 'token')] : []),
    ...(costUsd > 0 ? [costText(costUsd)] : []),
  ];
  return lineOf([[parts.join(' · '), stderr.colors.dim]], stderr.columns());
}
