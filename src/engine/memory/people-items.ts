import { EngineError } from '../../errors/index.ts';
import { estimateTokens, isMemo, readOverride, type MemoryItem } from '../../services/index.ts';
import { newTaskId } from '../task-id.ts';
import type { ReachableStore } from './chosen-store.ts';

/** Something that a person or a program wants remembered. */
export interface NewItem {
  readonly content: string;
  /** Default: note, in the global store preference. */
  readonly kind?: string;
  /** Where it comes from. Default: person. */
  readonly source?: string;
  readonly tags?: readonly string[];
  /** From 0 to 1. Default: 0.5. */
  readonly importance?: number;
}

/** What is not there stays as it is. */
export type ItemChanges = Partial<NewItem>;

const defaultKinds = { project: 'note', global: 'preference' } as const satisfies Record<ReachableStore, string>;
const ofFiles: ReadonlySet<string> = new Set(['document', 'chunk']);
const mostCharacters = 1_000_000;

export function newItem(
  { content, kind, source = 'person', tags = [], importance = 0.5 }: NewItem,
  { store, now }: { readonly store: ReachableStore; readonly now: number },
): MemoryItem {
  return checked({
    id: newTaskId(now),
    kind: kind ?? defaultKinds[store],
    source,
    timestamp: now,
    tags: [...new Set(tags)],
    importance,
    token_cost: 0,
    content,
    metadata: {},
  });
}

/** The item with its changes; a vector of another text goes. */
export function changedItem(item: MemoryItem, changes: ItemChanges): MemoryItem {
  checkOwn(item.kind);
  const { content = item.content, tags = item.tags } = changes;
  const { embedding, ...rest } = item;
  const kept = content === item.content && embedding !== undefined ? { embedding } : {};
  return checked({ ...rest, ...kept, ...changes, content, tags: [...new Set(tags)] });
}

/** Documents and their chunks are as their files are, and what an agent keeps of itself is as it said it. */
function checkOwn(kind: string): void {
  if (ofFiles.has(kind))
    throw invalid(
      `An item of kind "${kind}" is taken from a file.`,
      'Change the file, and take it in with: agent-engine memory ingest <path>',
    );
  if (kind === 'agent_state')
    throw invalid(
      `An item of kind "${kind}" is what an agent keeps of itself.`,
      'Use another kind, or forget it, so that the agent begins anew.',
    );
}

const overrideHint = `Write it as JSON, such as {"kind":"verbosity","payload":{"level":"brief"}}.`;

/** A preference changes what later tasks do: one that none of them could read is not kept. */
function checkOverride(content: string): void {
  const read = readOverride(jsonOf(content), { id: 'item', severity: 'hint', scope: 'project' });
  if ('problem' in read) throw invalid(`The item is no override: ${read.problem}.`, overrideHint);
  if (isMemo(read.spec))
    throw invalid('An override with "remember" does nothing as a preference.', 'Keep what is to be remembered itself.');
}

function jsonOf(content: string): unknown {
  try {
    const value: unknown = JSON.parse(content);
    return value;
  } catch {
    throw invalid('The item is no override: it is no JSON.', overrideHint);
  }
}

function checked(item: MemoryItem): MemoryItem {
  checkOwn(item.kind);
  const content = item.content.toWellFormed();
  if (content.trim() === '') throw invalid('An item without content says nothing.', 'Write what is to be remembered.');
  if (content.length > mostCharacters)
    throw invalid(`The content has more than ${mostCharacters} characters.`, 'Keep it in a file, and ingest that.');
  if (item.kind.trim() === '')
    throw invalid('The kind of an item is empty.', 'Name one, such as "note" or "decision".');
  if (!(item.importance >= 0 && item.importance <= 1))
    throw invalid(`The importance ${item.importance} is not between 0 and 1.`, 'Write a number such as 0.8.');
  if (item.kind === 'override') checkOverride(content);
  return { ...item, content, token_cost: estimateTokens(content) };
}

function invalid(message: string, hint: string): EngineError {
  return new EngineError('MEMORY_ITEM_INVALID', message, { hint });
}

export function unknownItem(id: string): EngineError {
  return new EngineError('MEMORY_ITEM_UNKNOWN', `No item of the store has the id "${id}".`, {
    hint: 'See those that are there with: agent-engine memory list',
    details: { id },
  });
}
