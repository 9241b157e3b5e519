import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../../src/errors/index.ts';
import { JsonSchema } from '../../../../src/manifest/index.ts';
import {
  attemptWithRetries,
  firstAttempt,
  judge,
  nextAttempt,
  reaskMessage,
  type AttemptCall,
  type AttemptReport,
  type AttemptRequest,
  type AttemptState,
  type Refused,
} from '../../../../src/services/json/sub-path.ts';

const schema = JsonSchema.parse({ type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] });

function refusedOf(text: string): Refused {
  const verdict = judge(text, schema);
  if ('repair' in verdict) throw new Error(`${text} was read.`);
  return verdict;
}

/** A model that gives one answer after the other and keeps what it was asked. */
function answering(...texts: readonly string[]): { call: AttemptCall; asked: AttemptRequest[] } {
  const asked: AttemptRequest[] = [];
  const call: AttemptCall = async (request) => {
    asked.push(request);
    return await Promise.resolve({ text: texts[asked.length - 1] ?? 'no more' });
  };
  return { call, asked };
}

const cut: AttemptCall = async ({ attempt }) =>
  await Promise.resolve({ text: attempt === 1 ? '{"n":1' : '{"n":12}', isCutOff: attempt === 1 });
const broken: AttemptCall = async () => await Promise.reject(new Error('No network.'));

describe('nextAttempt', () => {
  it('accepts, asks again, goes to the other models, and fails, in this order and within its bounds', () => {
    const rules = { schema, policy: { retries: 2, escalations: 2 } };
    const verdict = judge('{}', schema);
    const ways: string[] = [];
    let state: AttemptState = firstAttempt;
    for (let left = 20; left > 0; left -= 1) {
      const next = nextAttempt(state, verdict, rules);
      ways.push(next.decision);
      if (!('state' in next)) break;
      ({ state } = next);
    }
    expect([ways, state]).toEqual([
      ['reask', 'reask', 'escalate', 'escalate', 'fail'],
      { attempt: 5, strategy: 'escalate', model: 2 },
    ]);
    expect(nextAttempt(state, judge('{"n":1}', schema), rules)).toEqual({
      decision: 'accept',
      repaired: judge('{"n":1}', schema),
    });
  });

  it('says when it asks again what was wrong, and fails as the last answer did', () => {
    const verdict = refusedOf('{"n":"x"}');
    const policy = { retries: 1, escalations: 0 };
    expect(nextAttempt(firstAttempt, verdict, { schema, policy, mostSchemaCharacters: 0 })).toEqual({
      decision: 'reask',
      state: { attempt: 2, strategy: 'reask', model: 0 },
      correction: reaskMessage(verdict, schema, { mostSchemaCharacters: 0 }),
    });
    expect(nextAttempt({ attempt: 2, strategy: 'reask', model: 0 }, verdict, { schema, policy })).toEqual({
      decision: 'fail',
      failure: {
        code: 'json.schema_minor',
        message: 'The answer does not fit its schema. "/n" must be a whole number.',
        hint: 'Ask for the JSON once more and name what does not fit.',
        details: { category: 'minor', findings: verdict.findings, attempts: 2 },
      },
    });
  });

  it('goes to another model at once where no retries are left to the first', () => {
    const next = nextAttempt(firstAttempt, judge('', schema), { schema, policy: { retries: 0, escalations: 1 } });
    expect(next).toEqual({ decision: 'escalate', state: { attempt: 2, strategy: 'escalate', model: 1 } });
  });
});

describe('attemptWithRetries', () => {
  it('asks once where the answer can be repaired', async () => {
    const { call, asked } = answering("{'n': 1,}");
    const { value, attempts } = await attemptWithRetries(call, schema, { retries: 2, escalations: 0 });
    expect([value, asked, attempts]).toEqual([
      { n: 1 },
      [{ attempt: 1, strategy: 'first', model: 0 }],
      [{ attempt: 1, strategy: 'first', model: 0, category: 'syntax', tier: 1 }],
    ]);
  });

  it('tells the model what was wrong, then asks another one from the start, and reports each attempt', async () => {
    const { call, asked } = answering('{"n":', '{"n":true}', '{"n":"2"}');
    const reports: AttemptReport[] = [];
    const onAttempt = (report: AttemptReport): number => reports.push(report);
    const { value, attempts } = await attemptWithRetries(call, schema, { retries: 1, escalations: 1, onAttempt });
    const correction = reaskMessage(refusedOf('{"n":'), schema);
    expect([value, asked]).toEqual([
      { n: 2 },
      [
        { attempt: 1, strategy: 'first', model: 0 },
        { attempt: 2, strategy: 'reask', model: 0, refused: '{"n":', correction },
        { attempt: 3, strategy: 'escalate', model: 1 },
      ],
    ]);
    expect(reports).toEqual([
      { attempt: 1, strategy: 'first', model: 0, category: 'syntax' },
      { attempt: 2, strategy: 'reask', model: 0, category: 'minor' },
      { attempt: 3, strategy: 'escalate', model: 1, category: 'minor', tier: 2 },
    ]);
    expect(attempts).toEqual(reports);
  });

  it('rejects with the failure of the last answer once nothing is left to try', async () => {
    const { call, asked } = answering('{"n":null}', 'Sorry.');
    const error: unknown = await attemptWithRetries(call, schema, { retries: 1, escalations: 0 }).catch(
      (caught: unknown) => caught,
    );
    expect([failureOf(error)?.code, failureOf(error)?.details?.['attempts'], asked.length]).toEqual([
      'json.schema_major',
      2,
      2,
    ]);
  });

  it('takes no answer that the provider cut, however whole it looks', async () => {
    const { value } = await attemptWithRetries(cut, schema, { retries: 1, escalations: 0 });
    expect(value).toEqual({ n: 12 });
  });

  it('hands on what the call itself rejects with', async () => {
    await expect(attemptWithRetries(broken, schema, { retries: 3, escalations: 3 })).rejects.toThrow('No network.');
  });
});
