import { CassetteCall, isAt, type Cassette } from './cassette.ts';
import { compare, keyOf } from './cassette-request.ts';

/** The calls of a cassette, found without a look at the others: keys and texts of calls are long, and made once. */
export interface CassetteIndex {
  readonly takesTools: boolean;
  readonly calls: readonly CassetteCall[];
  /** Those that asked what the key says, in their order. */
  asking(key: string): readonly CassetteCall[];
}

export interface WritableIndex extends CassetteIndex {
  /** Adds a call, or puts it in the place of the same call. */
  add(call: CassetteCall, takesTools: boolean): void;
  /** The text of the file: same calls, same bytes, in whatever order they were made. */
  text(): readonly Uint8Array[];
}

interface Entry {
  readonly call: CassetteCall;
  readonly key: string;
  bytes?: Uint8Array;
}

export function indexCassette({ takesTools: firstTakesTools, calls }: Cassette): WritableIndex {
  const byKey = new Map<string, Entry[]>();
  let entries = calls.map((call): Entry => ({ call, key: keyOf(call.request) }));
  for (const entry of entries) insert(byKey, entry);
  let takesTools = firstTakesTools;
  return {
    get takesTools() {
      return takesTools;
    },
    get calls() {
      return entries.map(({ call }) => call);
    },
    asking: (key) => (byKey.get(key) ?? []).map(({ call }) => call),
    add(made, madeTakesTools) {
      // as it is read back, where the keys of maps are in another order
      const call = CassetteCall.parse(made);
      const entry = { call, key: keyOf(call.request) };
      const same = byKey.get(entry.key)?.find((each) => isAt(each.call, call));
      if (same !== undefined) {
        entries = entries.filter((each) => each !== same);
        byKey.set(
          entry.key,
          (byKey.get(entry.key) ?? []).filter((each) => each !== same),
        );
      }
      entries.push(entry);
      insert(byKey, entry);
      takesTools = madeTakesTools;
    },
    text() {
      entries = entries.toSorted(compareEntries);
      const head = `{\n  "version": 1,\n  "takes_tools": ${takesTools},\n  "calls": [\n`;
      const parts = entries.flatMap((entry, at) => [encoder.encode(at === 0 ? head : ',\n'), bytesOf(entry)]);
      return [...parts, encoder.encode('\n  ]\n}\n')];
    },
  };
}

const encoder = new TextEncoder();

function insert(byKey: Map<string, Entry[]>, entry: Entry): void {
  const known = byKey.get(entry.key);
  if (known === undefined) byKey.set(entry.key, [entry]);
  else known.push(entry);
}

/** Its text at its depth: no text of JSON has a line end of its own. */
function bytesOf(entry: Entry): Uint8Array {
  entry.bytes ??= encoder.encode(JSON.stringify(entry.call, null, 2).replaceAll(/^/gmu, '    '));
  return entry.bytes;
}

function compareEntries(one: Entry, other: Entry): number {
  return (
    compare(one.call.lineage ?? '', other.call.lineage ?? '') ||
    compare(one.call.stage, other.call.stage) ||
    compare(one.call.agent, other.call.agent) ||
    one.call.call - other.call.call ||
    compare(one.key, other.key)
  );
}
