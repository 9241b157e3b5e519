import { assembleContext, type ContextPackage, type Place } from '../../../src/services/context/index.ts';
import { createInMemoryStore, type MemoryItem } from '../../../src/services/memory/index.ts';
import { estimateTokens } from '../../../src/services/tokens.ts';
import {
  isIn,
  readComposites,
  readFacts,
  readLongTexts,
  type Composite,
  type Fact,
  type LongText,
} from './labelled-facts.ts';
import { itemOf, readDocumentsOf } from './labelled-set.ts';

/** How many of the labelled facts are still there. */
export interface Kept {
  readonly kept: number;
  readonly of: number;
}

/** What is left of a context when it gets a share of the tokens that all of it has. */
export interface ContextFigures {
  readonly id: string;
  readonly tokens: { readonly all: number; readonly budget: number; readonly used: number };
  readonly head: Kept;
  readonly tail: Kept;
  /** Facts of the documents that the task cannot do without. */
  readonly needed: Kept;
}

export async function measureContexts(share: number): Promise<readonly ContextFigures[]> {
  const texts = new Map(readLongTexts().map((text) => [text.id, text]));
  return Promise.all(readComposites().map((composite) => measureContext(composite, texts, share)));
}

async function measureContext(
  composite: Composite,
  texts: ReadonlyMap<string, LongText>,
  share: number,
): Promise<ContextFigures> {
  const { id, task, head, direct, facts, needed } = composite;
  const documents = composite.teams.flatMap((team) => readDocumentsOf(team).map(itemOf));
  const longer = composite.texts.flatMap((name) => itemsOfText(texts.get(name)));
  const messages = composite.messages.map((text, index) => messageOf(text, index));
  const all = [...head, ...[...documents, ...longer, ...messages].map(({ content }) => content), direct];
  const tokens = all.reduce((sum, text) => sum + estimateTokens(text), 0);
  const budget = Math.floor(tokens * share);
  const [project, taskStore] = [createInMemoryStore(), createInMemoryStore()];
  await project.append([...documents, ...longer]);
  await taskStore.append(messages);
  const shown = await assembleContext({
    profile: { max_tokens: budget, retrieval_policy: 'hybrid', sources: ['task_store', 'project_store'] },
    stores: { project_store: project, task_store: taskStore },
    question: { text: task },
    count: estimateTokens,
    pinned: head.map((text, index) => ({ source: `pinned/${index}`, text })),
    direct,
    maxTokens: budget,
  });
  const known = readFacts();
  return {
    id,
    tokens: { all: tokens, budget, used: shown.tokens },
    head: keptOf(shownAt(shown, 'head'), facts.head),
    tail: keptOf(shownAt(shown, 'tail'), facts.tail),
    needed: sumOf(needed.map((name) => keptOf(shownOf(shown, name), known[name] ?? []))),
  };
}

export function sumOf(some: readonly Kept[]): Kept {
  return some.reduce((sum, { kept, of }) => ({ kept: sum.kept + kept, of: sum.of + of }), { kept: 0, of: 0 });
}

export function shareOf({ kept, of }: Kept): number {
  return kept / of;
}

function shownAt({ items }: ContextPackage, place: Place): string {
  return items.flatMap((item) => (item.place === place ? [item.text] : [])).join('\n');
}

/** A fact counts where it stands, and not when another document has the same words. */
function shownOf({ items }: ContextPackage, document: string): string {
  const place = `project_store/documents/${document}.md`;
  return items.flatMap(({ source, text }) => (source === place ? [text] : [])).join('\n');
}

function keptOf(text: string, facts: readonly Fact[]): Kept {
  return { kept: facts.filter((fact) => isIn(text, fact)).length, of: facts.length };
}

const newest = Date.parse('2026-11-20');

function itemsOfText(text: LongText | undefined): MemoryItem[] {
  return text === undefined ? [] : [itemWith(text, `observations/${text.id}`)];
}

function messageOf(text: string, index: number): MemoryItem {
  const message = itemWith({ id: `message-${index}`, kind: 'message', text }, 'conversation');
  return { ...message, timestamp: newest + index + 1 };
}

function itemWith({ id, kind, text }: Pick<LongText, 'id' | 'kind' | 'text'>, source: string): MemoryItem {
  const shared = { timestamp: newest, tags: [], importance: 0.5, metadata: {} };
  return { id, kind, source, token_cost: estimateTokens(text), content: text, ...shared };
}
