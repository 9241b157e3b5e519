import { keyTerms } from './key-terms.ts';
import { markdownBlocks, type Block } from './markdown-blocks.ts';
import { findPlaces, type Places } from './paths.ts';
import { isProse, isSentence, splitSentences } from './sentences.ts';
import { stem, stemsOf, wordsOf } from './words.ts';

/** A sentence, or a list item that stands for itself. */
export interface Unit {
  readonly text: string;
  /** Of all its words, the small ones too. */
  readonly stems: ReadonlySet<string>;
  readonly isSentence: boolean;
  /** Place among all units. */
  readonly order: number;
  /** How well it stands for the whole, before anything is asked. */
  readonly weight: number;
}

/** A thing and what is said about it: "name: text" in a list, a table row, a section. */
export interface Entry {
  readonly name: string;
  readonly text: string;
  /** What it is one of: the head of its table, the heading above its list. */
  readonly group: string;
  readonly isSection: boolean;
}

export interface Source {
  readonly text: string;
  /** A source that the task names counts more than others. */
  readonly weight: number;
}

/** What the texts hold, read once for all fields. */
export interface Evidence extends Places {
  readonly units: readonly Unit[];
  readonly entries: readonly Entry[];
  readonly headings: readonly string[];
  /** The heading above all others, if there is one. */
  readonly title?: string;
  readonly terms: readonly string[];
  readonly text: string;
  /** What is known beside the texts: short values and the names of flags that are set. */
  readonly notes: readonly string[];
  /** How telling a stem is: high for rare ones. */
  readonly rarity: ReadonlyMap<string, number>;
}

interface Draft {
  readonly text: string;
  readonly stems: ReadonlySet<string>;
  /** Stems of the words that carry meaning. */
  readonly content: ReadonlySet<string>;
  readonly isSentence: boolean;
  readonly sourceWeight: number;
  /** Sentences before it in its source. */
  readonly position: number;
}

interface Reading {
  readonly drafts: Map<string, Draft>;
  readonly entries: Entry[];
  /** All that is read and not code. */
  readonly texts: string[];
  readonly headings: { readonly text: string; readonly level: number; readonly weight: number }[];
}

/** Thanks and invitations say nothing about the thing itself. */
const isAside = /\b(?:please|thanks?|thank you|sponsors?|donat\w+|contribut\w+|would love|pull requests?)\b/iu;

const mostUnits = 1_500;
/** Beginnings that make sense only after the sentence before. */
const looksBack =
  /^(?:it|its|this|that|these|those|they|their|he|she|so|but|and|or|then|there|therefore|thus|hence|however|also|otherwise|instead|both|each|such|note|for that)\b/iu;

export function readEvidence(sources: readonly Source[], notes: readonly string[] = []): Evidence {
  const reading: Reading = { drafts: new Map(), entries: [], texts: [], headings: [] };
  for (const source of sources) readSource(source, reading);
  const drafts = [...reading.drafts.values()];
  const { rarity, frequency } = countStems(drafts);
  const headings = reading.headings
    .toSorted((a, b) => b.weight - a.weight || a.level - b.level)
    .map(({ text }) => text);
  const title = reading.headings.find(({ level }) => level === 1)?.text;
  const text = sources.map((source) => source.text).join('\n\n');
  return {
    ...findPlaces(text),
    units: weighUnits(drafts, frequency, stemsOf(wordsOf(title ?? ''))),
    entries: reading.entries,
    headings: [...new Set(headings)],
    ...(title === undefined ? {} : { title }),
    terms: keyTerms(reading.texts, headings),
    text,
    notes,
    rarity,
  };
}

interface Section {
  readonly name: string;
  readonly texts: string[];
}

function readSource(source: Source, reading: Reading): void {
  let position = 0;
  let section: Section = { name: '', texts: [] };
  for (const block of markdownBlocks(source.text)) {
    if (block.kind === 'heading') {
      closeSection(section, reading);
      section = { name: block.text, texts: [] };
      const isFirst = position === 0 && reading.texts.length === 0;
      reading.headings.push({ text: block.text, level: isFirst ? 1 : block.level, weight: source.weight });
      continue;
    }
    if (block.kind === 'code') continue;
    const entry = entryOf(block, section.name);
    if (entry !== undefined) reading.entries.push(entry);
    reading.texts.push(block.text);
    if (block.kind === 'row') continue;
    section.texts.push(block.text);
    for (const text of candidates(block, entry)) {
      addDraft({ text, source, position }, reading.drafts);
      position += 1;
    }
  }
  closeSection(section, reading);
}

/** A section with a name and prose under it is a thing and what is said about it. */
function closeSection({ name, texts: [text = ''] }: Section, reading: Reading): void {
  const [first = ''] = splitSentences(text);
  if (name !== '' && isProse(first)) reading.entries.push({ name, text, group: '', isSection: true });
}

function candidates(block: Block, entry: Entry | undefined): string[] {
  const sentences = splitSentences(block.text);
  const whole = block.kind === 'item' || entry !== undefined ? sentences : sentences.filter(isSentence);
  // a text of one line, such as a chat message, need not end with a full stop
  return whole.length === 0 && sentences.length === 1 ? sentences : whole;
}

interface Candidate {
  readonly text: string;
  readonly source: Source;
  readonly position: number;
}

function addDraft({ text, source, position }: Candidate, drafts: Map<string, Draft>): void {
  if (drafts.size >= mostUnits || !isProse(text)) return;
  const words = wordsOf(text);
  const key = words.join(' ');
  if (words.length < 3 || drafts.has(key)) return;
  const stems = new Set(words.map(stem));
  const content = stemsOf(words);
  drafts.set(key, { text, stems, content, isSentence: isSentence(text), sourceWeight: source.weight, position });
}

/** Reads "name: text", "name — text" and table rows. */
function entryOf(block: Block, heading: string): Entry | undefined {
  if (block.kind === 'row') {
    const [name, ...cells] = block.cells;
    if (name === undefined || cells.length === 0 || name.length > 80) return undefined;
    return { name, text: cells.join(' — '), group: `${block.header} ${heading}`, isSection: false };
  }
  if (block.kind !== 'item' && block.kind !== 'paragraph') return undefined;
  const label = /^([^\s:–—.][^:–—.?!]{0,60}?|\S{1,60}?)(?::\s| [–—-] )\s*(?=\S)/u.exec(block.text);
  const name = label?.[1]?.trim();
  if (label === null || name === undefined || name.split(' ').length > 6) return undefined;
  return { name, text: block.text.slice(label[0].length), group: heading, isSection: false };
}

function countStems(drafts: readonly Draft[]): { rarity: Map<string, number>; frequency: Map<string, number> } {
  const frequency = new Map<string, number>();
  for (const { stems } of drafts) for (const found of stems) frequency.set(found, (frequency.get(found) ?? 0) + 1);
  const rarity = new Map([...frequency].map(([found, count]) => [found, Math.log(1 + drafts.length / count)]));
  return { rarity, frequency };
}

/** An early place, central words, words of the title and a full stop speak for a sentence; a look back speaks against it. */
function weighUnits(
  drafts: readonly Draft[],
  frequency: ReadonlyMap<string, number>,
  title: ReadonlySet<string>,
): Unit[] {
  const centralities = drafts.map(({ content }) => {
    const common = [...content].reduce((sum, found) => sum + Math.log(frequency.get(found) ?? 1), 0);
    return common / Math.sqrt(content.size + 4);
  });
  const most = Math.max(1, ...centralities);
  return drafts.map((draft, order) => {
    const centrality = (centralities[order] ?? 0) / most;
    const lead = 1 / (1 + draft.position / 2);
    const named = [...title].filter((found) => draft.content.has(found)).length / Math.max(1, title.size);
    const clarity =
      (draft.isSentence ? 1 : 0.6) *
      (draft.content.size < 4 ? 0.5 : 1) *
      (looksBack.test(draft.text) ? 0.6 : 1) *
      (isAside.test(draft.text) ? 0.6 : 1);
    const weight = (centrality + 1.2 * lead + 0.5 * named) * clarity * draft.sourceWeight;
    const { text, stems, isSentence: isWhole } = draft;
    return { text, stems, isSentence: isWhole, order, weight };
  });
}
