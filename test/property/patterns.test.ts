import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Engine, type ProjectFiles, type TaskResult } from '../../src/index.ts';
import { chat, committee, debate, reviewerLoop, supervisor } from '../../src/patterns/index.ts';
import { testPaths } from '../../src/testing/index.ts';
import { compiledTexts } from '../support/compiled-texts.ts';
import { failing, told, type ToldReply } from '../support/pattern-engine.ts';
import { propertySettings, propertyTimeoutMs } from '../support/property-settings.ts';

const prompt = 'Say something.';
const role = { prompt };

interface Run extends Pick<TaskResult, 'status' | 'output'> {
  /** Nodes whose models were asked, in this order. */
  readonly asked: readonly string[];
}

async function run(files: ProjectFiles, replies: readonly ToldReply[]): Promise<Run> {
  const texts = { ...files, 'told.yaml': JSON.stringify({ replies }) };
  const engine = await Engine.fromManifests(texts, { host: 'memory', environment: {} });
  const asked: string[] = [];
  engine.events$.subscribe(({ type, nodeId }) => {
    if (type === 'llm.requested') asked.push(nodeId ?? '');
  });
  const { status, output } = await engine.runOne('Well?');
  await engine.close();
  return { status, output, asked };
}

const voting = (agent: string, vote: string | undefined): ToldReply =>
  vote === undefined || vote === 'fails' ? { agent, ...failing } : { agent, reply: { vote, why: 'So.' } };

/** Each draft tells its number, which the writer knows from the criticism. */
const draftReplies = (approved: number): readonly ToldReply[] => [
  ...[6, 5, 4, 3, 2, 1].map((n) => ({ agent: 'writer', match: `flaw ${n}\\b`, reply: `draft ${n + 1}` })),
  { agent: 'writer', reply: 'draft 1' },
  // It is shown the draft before, too.
  ...[7, 6, 5, 4, 3, 2, 1].map((n) => ({
    agent: 'reviewer',
    match: `draft ${n}\\b`,
    reply: n === approved ? { verdict: 'approved', criticism: '' } : { verdict: 'revise', criticism: `flaw ${n}` },
  })),
];

/** The supervisor knows from the orders that it has given which one comes next. */
const orderReplies = (orders: readonly string[]): readonly ToldReply[] => [
  ...[...orders, 'finish']
    .map((condition, index) => ({
      agent: 'supervisor',
      match: index > 0 ? `order ${index}\\b` : '.',
      reply: { condition, order: `order ${index + 1}` },
    }))
    .toReversed(),
  { agent: 'idler', ...failing },
  ...['finder', 'writer'].flatMap((agent) =>
    [6, 5, 4, 3, 2, 1].map((n) => ({ agent, match: `order ${n}\\b`, reply: `${agent} ${n}` })),
  ),
];

const Decision = z.object({ decision: z.string().nullable(), by: z.string() });

describe('a committee', () => {
  const options = ['red', 'green', 'blue'];
  const drawn = fc.integer({ min: 2, max: 6 }).chain((count) =>
    fc.record({
      votes: fc.array(fc.constantFrom(...options, undefined), { minLength: count, maxLength: count }),
      quorum: fc.option(fc.integer({ min: 1, max: count }), { nil: undefined }),
      majority: fc.option(fc.integer({ min: Math.floor(count / 2) + 1, max: count }), { nil: undefined }),
      chair: fc.constantFrom('none', 'fails', ...options),
    }),
  );
  type Drawn = typeof drawn extends fc.Arbitrary<infer Value> ? Value : never;

  function expected({ votes, quorum, majority, chair }: Drawn): readonly unknown[] {
    const half = Math.floor(votes.length / 2) + 1;
    const cast = votes.filter((vote) => vote !== undefined);
    if (cast.length === 0 || cast.length < (quorum ?? half)) return ['failed', undefined, undefined];
    const winner = options.find((option) => cast.filter((vote) => vote === option).length >= (majority ?? half));
    if (winner !== undefined) return ['completed', winner, 'majority'];
    if (chair === 'none') return ['completed', null, 'nobody'];
    return chair === 'fails' ? ['failed', undefined, undefined] : ['completed', chair, 'chair'];
  }

  it(
    'decides by a majority if there is a quorum, and leaves the rest, a tie among it, to its chair',
    async () => {
      await fc.assert(
        fc.asyncProperty(drawn, async (given) => {
          const { votes, quorum, majority, chair } = given;
          const members = votes.map((_, index) => ({ id: `m${index}`, prompt }));
          const files = committee({
            model: told,
            members,
            options,
            ...(quorum !== undefined && { quorum }),
            ...(majority !== undefined && { majority }),
            ...(chair !== 'none' && { chair: role }),
          });
          const replies = [...votes.map((vote, index) => voting(`m${index}`, vote)), voting('chair', chair)];
          const { status, output, asked } = await run(files, replies);
          const { decision, by } = Decision.safeParse(output).data ?? {};
          expect([status, decision, by]).toEqual(expected(given));
          // Everybody is asked once, and the chair only where it decides.
          const isAsked = by === 'chair' || (chair === 'fails' && asked.length > votes.length);
          const nodes = [...members.map(({ id }) => id), ...(isAsked ? ['chair'] : [])];
          expect(asked.toSorted()).toEqual(nodes.toSorted());
        }),
        propertySettings(60),
      );
    },
    propertyTimeoutMs,
  );
});

describe('a debate', () => {
  const drawn = fc.record({
    speaks: fc.array(fc.boolean(), { minLength: 2, maxLength: 4 }),
    rounds: fc.integer({ min: 1, max: 4 }),
    judge: fc.boolean(),
  });

  it(
    'has as many rounds as it was to have, in which each side has its turn, whoever fails',
    async () => {
      await fc.assert(
        fc.asyncProperty(drawn, async ({ speaks, rounds, judge }) => {
          const ids = speaks.map((_, index) => `s${index}`);
          const sides = ids.map((id) => ({ id, prompt }));
          const says = (id: string, index: number): ToldReply =>
            speaks[index] === true ? { agent: id, reply: `I am ${id}.` } : { agent: id, ...failing };
          const ruling = judge ? { reply: { winner: 'tie', why: 'So.' } } : failing;
          const files = debate({ model: told, sides, rounds, judge: role });
          const { status, output, asked } = await run(files, [...ids.map(says), { agent: 'judge', ...ruling }]);
          const turns = Array.from({ length: rounds }, () => ids).flat();
          expect(asked).toEqual([...turns, 'judge']);
          const said = (id: string): string | null => (speaks[ids.indexOf(id)] === true ? `I am ${id}.` : null);
          const transcript = turns.map((side) => ({ side, says: said(side) }));
          const ruled = { winner: 'tie', why: 'So.', transcript };
          const failed = 'The script lets agent "judge" fail in stage "judge".';
          expect([status, output]).toEqual(judge ? ['completed', ruled] : ['failed', failed]);
        }),
        propertySettings(30),
      );
    },
    propertyTimeoutMs,
  );
});

const onExhausted = fc.constantFrom('partial', 'accept', 'fail');
const exhaustedStatus = { partial: 'partial', accept: 'completed', fail: 'failed' } as const;

describe('a reviewer loop', () => {
  const drawn = fc.record({
    rounds: fc.integer({ min: 1, max: 5 }),
    /** The draft that is approved. */
    approved: fc.integer({ min: 1, max: 7 }),
    onExhausted,
  });

  it(
    'ends with the draft that is approved, or with its last round as it was told',
    async () => {
      await fc.assert(
        fc.asyncProperty(drawn, async ({ rounds, approved, ...ending }) => {
          const files = reviewerLoop({ model: told, writer: role, reviewer: role, rounds, ...ending });
          const { status, output, asked } = await run(files, draftReplies(approved));
          const isApproved = approved <= rounds;
          const last = Math.min(approved, rounds);
          expect(asked).toEqual(Array.from({ length: last }, () => ['writer', 'reviewer']).flat());
          expect(status).toBe(isApproved ? 'completed' : exhaustedStatus[ending.onExhausted]);
          if (status === 'failed') return;
          const verdict = isApproved ? 'approved' : 'revise';
          const criticism = isApproved ? '' : `flaw ${last}`;
          expect(output).toEqual({ result: `draft ${last}`, verdict, criticism, rounds: last });
        }),
        propertySettings(40),
      );
    },
    propertyTimeoutMs,
  );
});

describe('a supervisor', () => {
  const drawn = fc.record({
    rounds: fc.integer({ min: 1, max: 5 }),
    orders: fc.array(fc.constantFrom('finder', 'writer', 'idler'), { maxLength: 6 }),
    resultOf: fc.constantFrom('writer', undefined),
    onExhausted,
  });
  const workers = ['finder', 'writer', 'idler'].map((id) => ({ id, prompt, does: 'Works.' }));

  it(
    'gives no more orders than it may, and hands out the last result there is',
    async () => {
      await fc.assert(
        fc.asyncProperty(drawn, async ({ rounds, orders, resultOf, ...ending }) => {
          const files = supervisor({
            model: told,
            workers,
            rounds,
            ...ending,
            ...(resultOf !== undefined && { resultOf }),
          });
          const { status, output } = await run(files, orderReplies(orders));
          const given = orders.slice(0, rounds);
          expect(status).toBe(orders.length < rounds ? 'completed' : exhaustedStatus[ending.onExhausted]);
          if (status === 'failed') return;
          const results = given.map((worker, index) => (worker === 'idler' ? null : `${worker} ${index + 1}`));
          const counted = results.filter((result) => result?.startsWith(resultOf ?? '') === true);
          expect(output).toEqual({
            result: counted.at(-1) ?? null,
            orders: given.map((worker, index) => `${worker}: order ${index + 1}`),
          });
        }),
        propertySettings(40),
      );
    },
    propertyTimeoutMs,
  );
});

describe('what a pattern makes', () => {
  const known = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'size', 'map', 'type', 'has', 'output'];
  const keywords = ['input', 'stages', 'task', 'error', 'for', 'if', 'package', 'namespace', 'function', 'as', 'let'];
  const id = fc.oneof(
    fc.stringMatching(/^[A-Za-z]\w{0,63}$/u),
    fc.constantFrom(...known, ...keywords, 'loop', 'const', 'var', 'void', 'while', 'break', 'import', 'return'),
  );
  const taken = /^(?:true|false|null|in|failed|judge|result|finish|count|rounds|tie|team|chair)$/u;
  const ids = fc.uniqueArray(
    id.filter((name) => !taken.test(name)),
    { minLength: 2, maxLength: 5 },
  );

  it(
    'is valid without a warning whatever its agents are called, and every path of it can be walked',
    () => {
      fc.assert(
        fc.property(ids, fc.string(), fc.boolean(), (names, text, hasChair) => {
          const named = names.map((name) => ({ id: name, prompt }));
          const workers = names.map((name) => ({ id: name, prompt, does: `Does ${text}` }));
          const made = [
            committee({ members: named, options: ['a', 'b'], ...(hasChair && { chair: role }) }),
            debate({ sides: named, rounds: 3, judge: role }),
            supervisor({ workers, rounds: 3 }),
            reviewerLoop({ writer: role, reviewer: role, rounds: 3 }),
            chat({ assistant: role }),
          ];
          for (const files of made) expect(testPaths(compiledTexts(files)).passed).toBe(true);
        }),
        propertySettings(20),
      );
    },
    propertyTimeoutMs,
  );
});
