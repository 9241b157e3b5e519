import type { JsonNode } from '../repair/node.ts';
import { acceptsAll, attempt, isValid, plain, viewFor, type Aim, type Tier } from './tier.ts';
import type { Part, View } from './view.ts';

interface Way {
  readonly value: unknown;
  readonly mendings: Tier['mendings'];
}

/** A value that is valid stays; else the one branch that repairs it, without dropping what another branch declares. */
export function fitUnion(tier: Tier, node: JsonNode, aim: Aim): unknown {
  const [branches = [], ...others] = aim.view.branches;
  const base: View = { ...aim.view, branches: others };
  const asWritten = attempt(tier, () => {
    const value = plain(tier, node, aim.place);
    return isValid(tier, aim, value) ? { value } : undefined;
  });
  const open =
    asWritten === undefined ? branches : branches.filter((part) => acceptsAll(tier, [part], asWritten.value));
  const ways = asWritten === undefined || open.length === 1 ? waysOf(tier, node, { aim, base, open, branches }) : [];
  const [way] = ways;
  const isPlain = way !== undefined && ways.every(({ value }) => JSON.stringify(value) === JSON.stringify(way.value));
  if (!isPlain) return asWritten === undefined ? plain(tier, node, aim.place) : asWritten.value;
  tier.mendings.push(...way.mendings);
  return way.value;
}

interface Choice {
  readonly aim: Aim;
  readonly base: View;
  readonly open: readonly Part[];
  readonly branches: readonly Part[];
}

function waysOf(tier: Tier, node: JsonNode, { aim, base, open, branches }: Choice): Way[] {
  const ways: Way[] = [];
  for (const part of open) {
    const mark = tier.mendings.length;
    const view = together(base, viewFor(tier, [part]));
    const found = attempt(tier, () => {
      const value = tier.fit(tier, node, { parts: [...aim.parts, part], place: aim.place, view });
      return isValid(tier, aim, value) && acceptsAll(tier, [part], value) ? { value } : undefined;
    });
    const mendings = tier.mendings.splice(mark);
    if (found !== undefined && !dropsDeclared(tier, mendings, branches)) ways.push({ value: found.value, mendings });
  }
  return ways;
}

/** Both at once. */
function together(base: View, branch: View): View {
  const properties = new Map(base.properties);
  for (const [key, parts] of branch.properties) properties.set(key, [...(properties.get(key) ?? []), ...parts]);
  const kinds =
    base.kinds === undefined || branch.kinds === undefined
      ? (branch.kinds ?? base.kinds)
      : common(base.kinds, branch.kinds);
  return {
    kinds,
    values: branch.values ?? base.values,
    properties,
    patterns: [...base.patterns, ...branch.patterns],
    additional: branch.additional ?? base.additional,
    required: new Set([...base.required, ...branch.required]),
    isClosed: base.isClosed || branch.isClosed,
    prefix: branch.prefix.length > 0 ? branch.prefix : base.prefix,
    items: branch.items ?? base.items,
    branches: [...base.branches, ...branch.branches],
  };
}

function common(first: ReadonlySet<string>, second: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...second].filter((kind) => first.has(kind) || (kind === 'integer' && first.has('number'))));
}

function dropsDeclared(tier: Tier, mendings: Tier['mendings'], branches: readonly Part[]): boolean {
  const declared = new Set(branches.flatMap((part) => [...viewFor(tier, [part]).properties.keys()]));
  return mendings.some(({ kind, key }) => kind === 'undeclared_dropped' && key !== undefined && declared.has(key));
}
