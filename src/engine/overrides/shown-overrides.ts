import { settledOverrides, type TaskRecord } from '../../hosts/index.ts';
import { isMemo, type GivenOverride, type OverrideDanger, type TaskOverrides } from '../../services/index.ts';

/** What became of the overrides of a task by now: what was denied is refused, and does not hold. */
export function shownOverrides(task: TaskRecord): TaskOverrides | undefined {
  const overrides = settledOverrides(task);
  if (overrides === undefined || overrides.denied.length === 0) return overrides;
  const { applied, asks, denied, refused } = overrides;
  const judged = applied.map((given) => {
    const { id } = given.spec;
    return { given, dangers: denied.includes(id) ? asks.filter(({ override }) => override === id) : [] };
  });
  return {
    ...overrides,
    applied: judged.flatMap(({ given, dangers }) => withoutDenied(given, dangers)),
    refused: [
      ...refused,
      ...judged
        .filter(({ dangers }) => dangers.length > 0)
        .map(({ given: { spec, source }, dangers }) => {
          const reason = `it was not allowed to ${dangers.map(({ text }) => text).join(', and to ')}`;
          return { id: spec.id, kind: spec.kind, reason, source };
        }),
    ],
  };
}

/** What holds of an override all the same; nothing when all of it was denied. */
function withoutDenied({ spec, source }: GivenOverride, dangers: readonly OverrideDanger[]): readonly GivenOverride[] {
  const fields = new Set<string>(dangers.map(({ field }) => field));
  if (fields.has('store'))
    return isMemo(spec) ? [] : withoutDenied({ spec: { ...spec, scope: 'task' }, source }, rest(dangers));
  if (spec.kind === 'budget') return present({ spec: { ...spec, payload: without(spec.payload, fields) }, source });
  if (spec.kind === 'safety') return present({ spec: { ...spec, payload: without(spec.payload, fields) }, source });
  return [{ spec, source }];
}

/** A preference that may not be kept holds for its own task. */
function rest(dangers: readonly OverrideDanger[]): readonly OverrideDanger[] {
  return dangers.filter(({ field }) => field !== 'store');
}

function without<Payload extends object>(payload: Payload, fields: ReadonlySet<string>): Payload {
  const copy = { ...payload };
  for (const field of fields) Reflect.deleteProperty(copy, field);
  return copy;
}

function present(given: GivenOverride): readonly GivenOverride[] {
  return Object.keys(given.spec.payload).length === 0 ? [] : [given];
}
