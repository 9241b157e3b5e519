import type { SchemaObject } from '../../json/schema-walk.ts';
import { nameWords, stem, stemsOf, wordsOf } from './words.ts';

/** How a string field wants to be filled, told from the last word of its name: the first row that fits. */
const roleWords = [
  ['question', 'question ask clarification unknown'],
  ['keyword', 'keyword tag term topic category label theme concept hashtag'],
  ['path', 'file filename path filepath module'],
  ['folder', 'folder directory dir'],
  ['link', 'link url uri href website homepage'],
  ['id', 'id identifier key slug code uuid'],
  ['version', 'version release'],
  ['date', 'date day deadline'],
  ['title', 'title headline heading subject'],
  ['name', 'name'],
  ['summary', 'summary abstract overview synopsis tldr conclusion introduction intro digest'],
  ['answer', 'answer response reply text content message body report result output explanation description detail'],
] as const satisfies readonly [role: string, words: string][];

export type Role = (typeof roleWords)[number][0] | 'sentence';

/** Words by which texts speak of what a field asks for. */
const cueWords: readonly [names: string, cues: string][] = [
  ['risk danger threat hazard', 'risk danger fail failure lost lose break unsafe attack hostile corrupt leak'],
  [
    'issue problem bug defect error concern weakness',
    'problem issue bug error fail broken missing wrong cannot never bad',
  ],
  ['limitation limit constraint restriction', 'only must never cannot limit most bound not without'],
  ['requirement need criterion criteria must', 'must need required should shall has'],
  ['decision choice', 'decide decided decision chose chosen because instead'],
  [
    'action task todo step next recommendation suggestion',
    'should must run add write use install todo first then next',
  ],
  ['feature capability strength benefit advantage', 'support can lets allows provide offers shows writes runs'],
  ['assumption', 'assume presume expect suppose'],
  ['reason rationale why evidence', 'because since so therefore reason'],
  ['command usage', 'run npm npx command'],
  ['goal purpose objective mission', 'goal purpose aim exists so'],
];

const generic = stemsOf(
  wordsOf(
    'key main point item list text value output result answer summary detail description overview finding highlight insight idea fact ' +
      'short brief important relevant string field give given write sentence paragraph word document content page user agent model json ' +
      'title name keyword tag topic file path question open summarise summarize explain describe review analyse analyze tell read find list ' +
      'message response reply body explanation abstract synopsis conclusion introduction intro digest headline heading subject ' +
      'message response reply body explanation abstract synopsis conclusion introduction intro digest headline heading subject ' +
      'please show extract report one two three four five per each most best',
  ),
);

export interface Field {
  /** "" for the root. */
  readonly name: string;
  readonly role: Role;
  /** Stems that a text about this field holds, with what each is worth. */
  readonly query: ReadonlyMap<string, number>;
  /** Words of its name. */
  readonly words: readonly string[];
  /** Place in a list, from 0. */
  readonly ordinal: number;
}

export function fieldOf(name: string, schema: SchemaObject, ordinal = 0): Field {
  const words = nameWords(name);
  const described = [schema['title'], schema['description']].filter((text) => typeof text === 'string').join(' ');
  const query = new Map<string, number>();
  const put = (stems: Iterable<string>, worth: number): void => {
    for (const found of stems) if (!generic.has(found)) query.set(found, Math.max(worth, query.get(found) ?? 0));
  };
  put(stemsOf(wordsOf(described)), 1);
  put(cuesOf(words), 1.5);
  put(stemsOf(words), 3);
  return { name, role: roleOf(words), query, words, ordinal };
}

/** Stems of a request that say what it is about; "summarise", "file" and the like do not. */
export function topicOf(text: string): Set<string> {
  // Word by word: a pattern that looked for the stop inside a word would try each start of a very long one.
  const plain = text.replaceAll(/\S+/gu, (word) => (/[\w)][./\\]\w/u.test(word) ? ' ' : word));
  return new Set([...stemsOf(wordsOf(plain))].filter((found) => !generic.has(found)));
}

function roleOf(words: readonly string[]): Role {
  const last = stem(words.at(-1) ?? '');
  return rolesByStem.get(last) ?? 'sentence';
}

const rolesByStem: ReadonlyMap<string, Role> = new Map(
  roleWords.flatMap(([role, words]) => words.split(' ').map((word): [string, Role] => [stem(word), role])),
);

function cuesOf(words: readonly string[]): Set<string> {
  const stems = new Set(words.map(stem));
  const rows = cueWords.filter(([names]) => names.split(' ').some((name) => stems.has(stem(name))));
  return new Set(rows.flatMap(([, cues]) => cues.split(' ').map(stem)));
}

/** True for a request that wants one thing told, not a text made. */
export function isQuestion(request: string): boolean {
  return (
    /\?\s*$/u.test(request) ||
    /^(?:who|what|when|where|which|why|how|is|are|does|do|can|did|was|were)\b/iu.test(request.trim())
  );
}
