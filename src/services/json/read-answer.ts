import { findCandidates, type Candidate, type Candidates } from './repair/candidates.ts';
import { parsed } from './repair/parsed.ts';
import { clipValue } from './clip.ts';
import { nodeOf } from './repair/value-node.ts';
import { readStrictly } from './read-strictly.ts';
import { refuse } from './refuse.ts';
import { fitCandidate, type Fitted } from './fit-candidate.ts';
import type { Target } from './target.ts';
import { measure } from './value-extent.ts';
import type { Repair, RepairAction, Repaired, Verdict } from './verdict.ts';

export interface ReadOptions {
  /** The provider stopped at its token limit: nothing in the text is taken for whole then. */
  readonly isCutOff?: boolean;
}

const untouched: Repair = { category: 'none', tier: 0, lossless: true, actions: [], unlisted: 0 };
/** Changes that are listed one by one. */
const mostActions = 50;
const mostLossy = 20;
/** Of very many documents in one text, the last ones are tried. */
const mostTried = 100;

/** Reads the answer out of a text: strictly if it can be, else from the documents found in it, the best of which wins. */
export function readAnswer(raw: string, target: Target, { isCutOff = false }: ReadOptions): Verdict {
  const whole = parsed(raw);
  const strict = isCutOff ? undefined : readStrictly(raw, whole, target);
  if (strict !== undefined) {
    return { value: strict.value, repair: strict.isFenced ? fenceTaken : untouched };
  }
  return readLoosely(raw, findCandidates(raw, whole !== undefined), { target, isCutOff });
}

/** Deeper values are walked by recursion. */
const mostLevels = 500;

/** The same for a value that somebody else has parsed. */
export function readParsed(value: unknown, target: Target): Verdict {
  const { depth, nodes } = measure(value);
  if (depth > mostLevels) {
    const message = `The value is nested more than ${mostLevels} levels deep.`;
    return { category: 'major', message, findings: [{ path: '', rule: 'extent', message }] };
  }
  if (!target.hasDefaults && target.parts.isValid(value, nodes)) return { value, repair: untouched };
  const candidate: Candidate = { ...wholeText, root: nodeOf(value) };
  const fitted = fitCandidate(candidate, target);
  if (fitted.isFit) return repaired(fitted, [candidate], []);
  return refuse('', { read: [candidate], fault: undefined, fitted: [fitted] });
}

const wholeText = {
  start: 0,
  end: 0,
  fault: undefined,
  fixes: [],
  fixCount: 0,
  isOpen: false,
  isAttempt: true,
  isFenced: false,
  isAlone: true,
  isDressed: false,
  gap: '',
} as const;

interface Reader {
  readonly target: Target;
  readonly isCutOff: boolean;
}

function readLoosely(raw: string, { read, faulty }: Candidates, { target, isCutOff }: Reader): Verdict {
  const fault = faulty.at(-1);
  // Values that look whole may have become others: `3` is how `33` begins.
  if (isCutOff) return refuse(raw, { read, fault: fault ?? read.at(-1), fitted: [], isCut: true });
  if (fault !== undefined && isLast(fault, read.at(-1))) return refuse(raw, { read, fault, fitted: [] });
  const list = collected(read, target);
  if (list?.isFit === true) return repaired(list, read, []);
  const tried = list === undefined ? read.slice(-mostTried) : [];
  const fitted = list === undefined ? tried.map((candidate) => fitCandidate(candidate, target)) : [list];
  const best = chosen(fitted, tried.length > 1 && wantsList(target));
  return best === undefined ? refuse(raw, { read, fault, fitted }) : repaired(best, read, fitted);
}

/** A broken document after a whole one may be the real answer, unless the whole one alone stands in a fence. */
function isLast(fault: Candidate, read: Candidate | undefined): boolean {
  if (read === undefined) return true;
  return fault.start > read.start && (fault.isFenced || !read.isFenced);
}

const fenceTaken: Repair = {
  ...untouched,
  category: 'syntax',
  tier: 1,
  actions: [{ kind: 'surroundings', path: '', lossless: true }],
};

/** Fits as written over fits after repair, fenced over bare, the last of different ones. */
function chosen(fitted: readonly Fitted[], isListOfMany: boolean): Fitted | undefined {
  const fit = fitted.filter(
    ({ isFit, mendings }) => isFit && !(isListOfMany && mendings.some(({ kind }) => kind === 'value_to_list')),
  );
  const fenced = fit.filter(({ candidate }) => candidate.isFenced);
  const group = fenced.length > 0 ? fenced : fit;
  const asWritten = group.filter(({ mendings }) => mendings.length === 0);
  return (asWritten.length > 0 ? asWritten : group).at(-1);
}

function wantsList({ view }: Target): boolean {
  return view.kinds?.has('array') === true && !view.kinds.has('object');
}

/** The items of a list, given one after the other with nothing else between them. */
function collected(read: readonly Candidate[], target: Target): Fitted | undefined {
  const [first] = read;
  const root = read.map(({ root: item }) => item).filter((item) => item !== undefined);
  if (first === undefined || read.length < 2 || !wantsList(target)) return undefined;
  if (!root.every(({ kind }) => kind === 'object')) return undefined;
  const isOneByOne = read.slice(1).every(({ gap, isFenced }) => isFenced === first.isFenced && /^[\s,;]*$/u.test(gap));
  if (!isOneByOne) return undefined;
  const fixes = read.flatMap((candidate) => candidate.fixes);
  const fixCount = read.reduce((count, candidate) => count + candidate.fixCount, 1);
  const fix = { kind: 'items_collected', offset: first.start, path: '', lossless: true };
  return fitCandidate({ ...first, root: { kind: 'list', items: root }, fixes: [fix, ...fixes], fixCount }, target);
}

function repaired(
  { candidate, value, mendings }: Fitted,
  read: readonly Candidate[],
  fitted: readonly Fitted[],
): Repaired {
  const others = fitted.filter(
    (other) => other.isFit && other.value !== value && JSON.stringify(other.value) !== JSON.stringify(value),
  );
  const around: RepairAction[] = [];
  if (!candidate.isAlone || candidate.isDressed || candidate.isFenced || read.length > 1) {
    around.push({ kind: 'surroundings', path: '', lossless: others.length === 0 });
  }
  const actions: RepairAction[] = [...around, ...candidate.fixes, ...mendings];
  const unlisted = candidate.fixCount - candidate.fixes.length;
  if (actions.length === 0) return { value, repair: untouched };
  const isSyntax = around.length + candidate.fixes.length > 0;
  const isMended = mendings.some(({ kind }) => kind !== 'default');
  const category = isSyntax ? 'syntax' : isMended ? 'minor' : 'none';
  const lossless = actions.every((action) => action.lossless);
  const tier = mendings.length > 0 ? 2 : 1;
  const listed = listedActions(actions);
  return {
    value,
    repair: { category, tier, lossless, actions: listed, unlisted: unlisted + actions.length - listed.length },
  };
}

/** Small enough to be kept with a task; among the last, those that may have lost something. */
function listedActions(actions: readonly RepairAction[]): RepairAction[] {
  const lossy = actions.slice(mostActions).filter(({ lossless }) => !lossless);
  return [...actions.slice(0, mostActions), ...lossy.slice(0, mostLossy)].map(listedAction);
}

function listedAction(action: RepairAction): RepairAction {
  if ('offset' in action) return action;
  const { kind, path, lossless } = action;
  return {
    kind,
    path,
    lossless,
    ...('before' in action && { before: clipValue(action.before) }),
    ...('after' in action && { after: clipValue(action.after) }),
  };
}
