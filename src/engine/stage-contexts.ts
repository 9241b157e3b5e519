import type { ContextPackage, LeftOut, PackageItem, StoredCall } from '../services/index.ts';
import { readContext, readEntry } from './stages/call-logs.ts';

/** What a model was shown of the memory at a stage, and what not, as plain JSON. */
export interface StageContextView {
  readonly stage: string;
  /** The attempt of the stage it was assembled for; those that went on from there showed the same. */
  readonly attempt: number;
  /** Alias of the model. */
  readonly model: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly profile: string;
  readonly cost_mode: ContextPackage['costMode'];
  readonly tokens: number;
  readonly budget: number;
  readonly compression_ratio: number;
  readonly fingerprint: string;
  /** In the order in which the model was shown them. */
  readonly items: readonly ContextItemView[];
  readonly left_out: readonly LeftOutView[];
  /** What the profile allows and was not looked at. */
  readonly rest: ContextPackage['rest'];
  /** What the profile keeps from the agent, by which of its rules. This and what follows is not kept by versions before. */
  readonly denied?: ContextPackage['denied'];
  readonly stores?: ContextPackage['stores'];
  readonly policy?: ContextPackage['policy'];
}

/** `begins` is there where texts are asked for. */
export type LeftOutView = Omit<LeftOut, 'begins'> & { readonly begins?: string };

/** `text` is there where it is asked for. */
export type ContextItemView = Omit<PackageItem, 'text'> & { readonly text?: string };

export interface ContextsOptions {
  /** Only those of this stage. Default: of all. */
  readonly stage?: string;
  /** With the texts. Default: false. */
  readonly full?: boolean;
}

/** The packages that are kept of a task, in the order in which they were assembled. */
export function stageContexts(
  stored: readonly StoredCall[],
  { stage, full = false }: ContextsOptions = {},
): readonly StageContextView[] {
  const views = stored.flatMap((call) => viewOf(call, full) ?? []);
  return stage === undefined ? views : views.filter((view) => view.stage === stage);
}

function viewOf({ scope, key, at, text }: StoredCall, full: boolean): StageContextView | undefined {
  const [, kind, ...alias] = key.split('/');
  const entry = kind === 'context' ? readEntry(text) : undefined;
  const saved = readContext(entry?.value);
  if (entry === undefined || saved === undefined) return undefined;
  const { items, leftOut, rest, tokens, budget, costMode, compressionRatio, fingerprint } = saved.package;
  return {
    stage: scope.slice(0, scope.lastIndexOf('@')),
    attempt: entry.attempt,
    model: alias.join('/'),
    at,
    profile: saved.profile,
    cost_mode: costMode,
    tokens,
    budget,
    compression_ratio: compressionRatio,
    fingerprint,
    items: full ? items : items.map(withoutText),
    left_out: full ? leftOut : leftOut.map(withoutBeginning),
    rest,
    ...lately(saved.package),
  };
}

/** What packages have that were assembled by this version. */
function lately({ denied, stores, policy }: Partial<ContextPackage>): Lately {
  if (denied === undefined || stores === undefined || policy === undefined) return {};
  return { denied, stores, policy };
}

type Lately = Pick<StageContextView, 'denied' | 'stores' | 'policy'>;

function withoutText(item: PackageItem): ContextItemView {
  const { text, ...rest } = item;
  return text === undefined ? item : rest;
}

function withoutBeginning(item: LeftOut): LeftOutView {
  const { begins, ...rest } = item;
  return begins === undefined ? item : rest;
}
