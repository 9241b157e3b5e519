import type { StoredTask } from '../../services/index.ts';
import type { Entry } from './journal.ts';
import { playEntry, readJournal, startRecord, type ReplaySource } from './replay.ts';
import type { TaskRecord } from '../task-record.ts';

/** One entry of a journal in words. */
export interface JournalLine {
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly what: string;
  /** Stages that began with it. */
  readonly starts: readonly string[];
  /** How the task stood then. */
  readonly status: TaskRecord['state']['status'];
}

/** What happened to a task, entry by entry. Throws STORE_JOURNAL_BROKEN. */
export function journalLines(stored: StoredTask, source: ReplaySource): readonly JournalLine[] {
  const { creation, first, entries } = readJournal(stored, source);
  const task = startRecord(creation, source.resolve(creation.definition, creation.pipeline));
  const begun = [...task.state.pending.values()].flatMap(({ kind, node }) => (kind === 'stage' ? [node] : []));
  const { forked_from: origin } = creation;
  const what = origin === undefined ? 'created' : `created from task ${origin.task}`;
  const { status } = task.state;
  const lines: JournalLine[] = [{ seq: first.seq, at: first.at, what, starts: begun, status }];
  for (const line of entries) {
    const { entry, delivered } = playEntry(task, line, source);
    const starts = delivered?.commands.flatMap((command) => (command.do === 'run_stage' ? [command.stage.node] : []));
    const { seq, at } = line;
    lines.push({ seq, at, what: inWords(task, entry), starts: starts ?? [], status: task.state.status });
  }
  return lines;
}

const controls = {
  start: 'run for the first time',
  pause: 'paused',
  resume: 'taken up again',
  step: 'one step further',
  cancel: 'cancelled',
  expire: 'its time was up',
  break: 'breakpoints set',
} as const;

function inWords(task: TaskRecord, entry: Entry): string {
  switch (entry.kind) {
    case 'created':
      return 'created';
    case 'control':
      return controls[entry.command];
    case 'waits':
      return `"${entry.node}" waits for an answer`;
    case 'asks':
      return `"${entry.node}" asks whether ${entry.asked.tool} may run`;
    case 'answer':
      return `"${entry.node}" was answered: ${entry.consent.action}`;
    case 'timer':
      return timerInWords(entry.id);
    case 'result':
      return resultInWords(task, entry);
    case 'forked':
      return `forked${entry.input === undefined ? '' : ', with another request'}`;
    case 'migrated':
      return `moved to other manifests (${entry.definition.slice(0, 12)})`;
  }
}

function timerInWords(id: string): string {
  const [purpose, asker] = id.split(' ');
  if (purpose === 'consent') return `the time to answer "${asker}" was up`;
  const space = id.indexOf(' ');
  const node = id.slice(space + 1);
  return id.slice(0, space) === 'retry' ? `the wait of "${node}" was over` : `the time of "${node}" was up`;
}

function resultInWords(task: TaskRecord, { node, end, failure }: Entry & { kind: 'result' }): string {
  if (end.kind === 'done') return `"${node}" ended${end.choice === undefined ? '' : ` with "${end.choice}"`}`;
  const again = task.trace.get(node)?.status === 'retrying' ? ', to be tried again' : '';
  return `"${node}" failed: ${failure?.code ?? end.category}${again}`;
}
