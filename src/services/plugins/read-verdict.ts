import { copyAsJson } from '../tools/json-value.ts';
import { verdictKinds, type VerdictKind } from './hook-points.ts';

/** What a hook answered, as far as its shape goes. */
export type ReadVerdict =
  { readonly kind: 'nothing' } | { readonly kind: VerdictKind; readonly value: unknown } | { readonly problem: string };

const mostBytes = 8 * 1_048_576;
const mostOfReason = 500;

/** Reads what foreign code answered: one of the verdicts that are allowed, as plain JSON of its own, or what is wrong with it. */
export function readVerdict(answer: unknown, allowed: readonly VerdictKind[]): ReadVerdict {
  if (answer === undefined) return { kind: 'nothing' };
  const copy = copyAsJson(answer, mostBytes);
  if (!copy.ok) return { problem: `its verdict is no plain JSON: ${copy.reason}` };
  if (typeof copy.value !== 'object' || copy.value === null || Array.isArray(copy.value))
    return { problem: 'its verdict is no object' };
  const [entry, ...others] = Object.entries(copy.value);
  const kind = verdictKinds.find((name) => name === entry?.[0]);
  if (entry === undefined || others.length > 0 || kind === undefined)
    return { problem: `its verdict is not one of ${verdictKinds.join(', ')}` };
  if (!allowed.includes(kind)) return { problem: `the verdict "${kind}" is not allowed at this point` };
  return kind === 'veto' ? vetoOf(entry[1]) : { kind, value: entry[1] };
}

function vetoOf(reason: unknown): ReadVerdict {
  if (typeof reason !== 'string' || reason.trim() === '') return { problem: 'its veto gives no reason' };
  return { kind: 'veto', value: reason.trim().slice(0, mostOfReason).toWellFormed() };
}
