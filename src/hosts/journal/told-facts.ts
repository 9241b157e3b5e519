import type { StoredTask } from '../../services/index.ts';
import type { Delivery } from '../apply-step.ts';
import { concludeTask } from '../conclude.ts';
import { actionOf, isAsked } from '../orders/questions.ts';
import { creationFacts, forkFacts } from '../creation-facts.ts';
import { statusFact, stepFacts } from '../task-events.ts';
import type { TaskFact, ToldPlace } from '../task-fact.ts';
import type { TaskRecord } from '../task-record.ts';
import { playEntry, readJournal, startRecord, type PlayedEntry, type ReplaySource } from './replay.ts';

/** A fact that follows from the journal, with its place in there. */
export interface ToldFact {
  readonly task: TaskRecord;
  readonly fact: TaskFact;
  readonly place: ToldPlace;
}

/**
 * Tells again what the reducer told of a task when its messages came: the same facts in the same order. What models, tools and
 * memory did is no part of that. Throws STORE_JOURNAL_BROKEN.
 */
export function tellAgain(stored: StoredTask, source: ReplaySource, tell: (told: ToldFact) => void): void {
  const { creation, first, entries } = readJournal(stored, source);
  const task = startRecord(creation, source.resolve(creation.definition, creation.pipeline));
  const { forked_from: origin } = creation;
  // A fork shares what happened before it, and none of that was told of it.
  let isOwn = origin === undefined;
  const tellAll = (facts: readonly TaskFact[], { seq, at }: ToldPlace): void => {
    for (const fact of facts) tell({ task, fact, place: { seq, at } });
  };
  if (isOwn) tellAll(creationFacts(task), first);
  for (const entry of entries) {
    const asked = askingNodes(task);
    const played = playEntry(task, entry, source);
    if (isOwn) tellAll(factsIn(task, played, asked), entry);
    if (played.entry.kind !== 'forked' || origin === undefined) continue;
    isOwn = true;
    tellAll(forkFacts(task, { from: origin, overrides: played.entry.overrides }), entry);
  }
}

/** Nodes that wait for an answer before an entry is taken. */
function askingNodes(task: TaskRecord): ReadonlySet<string> {
  const asking = [...task.state.pending.values()].filter(
    (pending) => pending.kind === 'stage' && isAsked(task, pending),
  );
  return new Set(asking.map(({ node }) => node));
}

function factsIn(
  task: TaskRecord,
  { entry, before, step, changes, delivered }: PlayedEntry,
  asked: ReadonlySet<string>,
): readonly TaskFact[] {
  if (step === undefined || changes === undefined) return [];
  const { at } = step;
  const delivery = asked.has(nodeOf(entry)) ? withAnswer(step.delivery) : step.delivery;
  const facts = stepFacts(task, { ...step, delivery, before }, changes);
  if (delivered?.commands.some((command) => command.do === 'finish') !== true) return facts;
  task.result = concludeTask(task);
  return [...facts, statusFact(task, task.result.status, at)];
}

function nodeOf(entry: PlayedEntry['entry']): string {
  return entry.kind === 'result' ? entry.node : '';
}

/** A stage that asked has its answer as its result. */
function withAnswer(delivery: Delivery): Delivery {
  return delivery.result?.ok === true ? { ...delivery, answer: actionOf(delivery.result.output) } : delivery;
}
