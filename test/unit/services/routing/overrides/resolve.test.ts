import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overrideScopes, type OverrideSpec } from '../../../../../src/manifest/index.ts';
import { readOverride, resolveOverrides } from '../../../../../src/services/routing/overrides/index.ts';
import type { GivenOverride } from '../../../../../src/services/routing/overrides/task-overrides.ts';

function given(...specs: readonly object[]): readonly GivenOverride[] {
  return specs.map((spec, place) => {
    const read = readOverride(spec, { id: `o${place}`, severity: 'hint' });
    if ('problem' in read) throw new Error(read.problem);
    return { spec: read.spec, source: { from: 'caller' } };
  });
}

const model = (name: string, more: object = {}): object => ({ kind: 'model', payload: { model: name }, ...more });
const mode = (name: string, more: object = {}): object => ({ kind: 'mode', payload: { mode: name }, ...more });
const route = (payload: object, more: object = {}): object => ({ kind: 'routing', payload, ...more });
const enforce = { severity: 'enforce' };
const project = { scope: 'project' };
const global = { scope: 'global' };

describe('overrides that contradict each other', () => {
  it.each([
    ['later beats earlier', [model('a'), model('b')], ['o1'], [['o1', 'o0', 'it came later']]],
    ['task beats project', [model('a'), model('b', project)], ['o0'], [['o0', 'o1', 'scope task goes before project']]],
    [
      'project beats global',
      [model('a', project), model('b', global)],
      ['o0'],
      [['o0', 'o1', 'scope project goes before global']],
    ],
    [
      'enforced beats hint, also of a wider scope',
      [model('a', { ...global, ...enforce }), model('b')],
      ['o0'],
      [['o0', 'o1', 'what is enforced goes before a hint']],
    ],
    ['the same said twice is no conflict', [model('a'), model('a', project)], ['o0', 'o1'], []],
    ['other targets are no conflict', [model('a', { target: 'x' }), model('b', { target: 'y' })], ['o0', 'o1'], []],
    ['one agent goes before all', [model('a', { target: 'x' }), model('b')], ['o0', 'o1'], []],
    [
      'all enforced goes before one agent',
      [model('a', { target: 'x' }), model('b', enforce)],
      ['o1'],
      [['o1', 'o0', 'what is enforced goes before a hint']],
    ],
    [
      'the stricter mode holds, whatever else is said',
      [mode('analysis_only', global), mode('dry_run', enforce), mode('normal', enforce)],
      ['o0'],
      [
        ['o0', 'o1', '"analysis_only" is stricter than "dry_run"'],
        ['o0', 'o2', '"analysis_only" is stricter than "normal"'],
      ],
    ],
    [
      'safety and mode are about the same',
      [{ kind: 'safety', payload: { mode: 'dry_run', skip_checks: ['consent'] } }, mode('analysis_only')],
      ['o0', 'o1'],
      [['o1', 'o0', '"analysis_only" is stricter than "dry_run"']],
    ],
    ['two pipelines', [route({ pipeline: 'a' }), route({ pipeline: 'b' })], ['o1'], [['o1', 'o0', 'it came later']]],
    [
      'a pipeline that is to be avoided',
      [route({ pipeline: 'a' }, enforce), route({ avoid: ['a', 'b'] })],
      ['o0', 'o1'],
      [['o0', 'o1', 'what is enforced goes before a hint']],
    ],
    [
      'one limit of two',
      [
        { kind: 'budget', payload: { max_cost_usd: 1, max_tokens_total: 5 } },
        { kind: 'budget', payload: { max_cost_usd: 2 } },
      ],
      ['o0', 'o1'],
      [['o1', 'o0', 'it came later']],
    ],
    [
      'what adds up',
      [
        { kind: 'memory', payload: { remember: 'a' } },
        { kind: 'memory', payload: { remember: 'b' } },
        { kind: 'memory', payload: { deny: { kinds: ['a'] } } },
        { kind: 'safety', payload: { permissions: {} } },
        { kind: 'safety', payload: { permissions: {} } },
      ],
      ['o0', 'o1', 'o2', 'o3', 'o4'],
      [],
    ],
  ])('are settled: %s', (...[, specs, effective, conflicts]) => {
    const resolved = resolveOverrides(given(...specs));
    expect(resolved.effective.map(({ spec }) => spec.id)).toEqual(effective);
    expect(resolved.conflicts.map(({ winner, loser, reason }) => [winner, loser, reason])).toEqual(conflicts);
  });

  it('leave of an override what nothing contradicts, and the trace says so', () => {
    const { effective, trace } = resolveOverrides(
      given(route({ pipeline: 'a', avoid: ['b', 'c'] }), route({ pipeline: 'b' }, enforce), model('a'), model('b')),
    );
    expect(effective.map(({ spec }) => spec.payload)).toEqual([{ avoid: ['c'] }, { pipeline: 'b' }, { model: 'b' }]);
    expect(trace.map(({ id, outcome, by }) => [id, outcome, by])).toEqual([
      ['o0', 'in_part', ['o1']],
      ['o1', 'effective', []],
      ['o2', 'overruled', ['o3']],
      ['o3', 'effective', []],
    ]);
  });
});

const spec = fc.oneof(
  fc.record({ kind: fc.constant('model'), payload: fc.record({ model: fc.constantFrom('a', 'b') }) }),
  fc.record({
    kind: fc.constant('mode'),
    payload: fc.record({ mode: fc.constantFrom('normal', 'dry_run', 'analysis_only') }),
  }),
  fc.record({ kind: fc.constant('routing'), payload: fc.record({ pipeline: fc.constantFrom('a', 'b') }) }),
  fc.record({ kind: fc.constant('budget'), payload: fc.record({ max_cost_usd: fc.constantFrom(1, 2, 3) }) }),
);
const placed = fc
  .tuple(spec, fc.constantFrom(...overrideScopes), fc.constantFrom('hint', 'enforce'))
  .map(([what, scope, severity]) => Object.assign({ scope, severity }, what));

const strictness = ['normal', 'dry_run', 'analysis_only'];

/** The order as the rules say it: bigger is stronger. */
function rankOf({ spec: one }: GivenOverride, place: number): number {
  const strict = one.kind === 'mode' ? strictness.indexOf(one.payload.mode) : 0;
  return (
    ((strict * 2 + Number(one.severity === 'enforce')) * 3 + (2 - overrideScopes.indexOf(one.scope))) * 1_000 + place
  );
}

const valueOf = ({ kind, payload }: OverrideSpec): string => `${kind} ${JSON.stringify(payload)}`;

describe('any list of overrides', () => {
  it('is settled by the strongest one of each kind, and all that lost are told with who won', () => {
    fc.assert(
      fc.property(fc.array(placed, { maxLength: 12 }), (specs) => {
        const all = given(...specs);
        const { effective, conflicts, trace } = resolveOverrides(all);
        for (const kind of new Set(all.map((one) => one.spec.kind))) {
          const ranked = all
            .map((one, place) => ({ one, rank: rankOf(one, place) }))
            .filter(({ one }) => one.spec.kind === kind)
            .toSorted((first, second) => second.rank - first.rank);
          const [strongest] = ranked;
          const said = new Set(effective.flatMap((one) => (one.spec.kind === kind ? [valueOf(one.spec)] : [])));
          expect([...said]).toEqual(strongest === undefined ? [] : [valueOf(strongest.one.spec)]);
        }
        const held = new Set(effective.map((one) => one.spec.id));
        const lost = all.map((one) => one.spec.id).filter((id) => !held.has(id));
        expect(new Set(conflicts.map(({ loser }) => loser))).toEqual(new Set(lost));
        expect(conflicts.every(({ winner }) => held.has(winner))).toBe(true);
        expect(trace.map(({ id }) => id)).toEqual(all.map((one) => one.spec.id));
        expect(resolveOverrides(all)).toEqual({ effective, conflicts, trace });
      }),
      { numRuns: 500 },
    );
  });
});
