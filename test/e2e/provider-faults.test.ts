import { describe, expect, it } from 'vitest';
import { failureKinds } from '../../src/errors/index.ts';
import type { TaskResult } from '../../src/index.ts';
import { openFaultDesk, type FaultDesk, type FaultPipeline } from '../support/desk/fault-desk.ts';
import { deskFaults, type DeskFault } from '../support/desk/faults.ts';
import { deskProviders, keyEnvironment, type DeskProvider } from '../support/desk/providers.ts';
import { streamed } from '../support/desk/brain.ts';

const idleMs = 120_000;
const backoffMs = { least: 750, most: 1_250 };
const keys = [...new Set(Object.values(keyEnvironment))];

interface Case {
  readonly provider: DeskProvider;
  readonly fault: DeskFault;
}

const cases = deskProviders.flatMap((provider) =>
  deskFaults
    .filter((fault) => fault.answer(provider.protocol) !== undefined)
    .map((fault) => ({ name: `${fault.name} of ${provider.name}`, code: fault.code, provider, fault })),
);

/** Runs a pipeline into the fault, and lets the time pass that its hanging takes. */
async function runInto(desk: FaultDesk, { provider, fault }: Case, pipeline: FaultPipeline): Promise<TaskResult> {
  const chunks = desk.events.filter(({ type }) => type === 'llm.chunk').length;
  const calls = desk.server.requests.length;
  const answer = fault.answer(provider.protocol);
  if (answer !== undefined && fault.isAway !== true) desk.server.enqueue(answer);
  const running = desk.run(pipeline);
  if (fault.hangsAfter === undefined) return running;
  const { closed } = await desk.server.request(calls);
  await desk.told('llm.chunk', chunks + fault.hangsAfter);
  await desk.clock.settle();
  desk.clock.advance(idleMs - 1);
  await desk.clock.settle();
  expect(desk.events.some(({ type }) => type === 'llm.failed')).toBe(false);
  desk.clock.advance(1);
  await closed;
  return running;
}

function withoutKeys(result: TaskResult, { events }: FaultDesk): void {
  const shown = JSON.stringify([result, events]);
  expect(keys.filter((key) => shown.includes(key))).toEqual([]);
}

const canHelp = ({ fault: { code } }: Case): boolean => failureKinds[code].retryable;
const requestsOf = ({ isAway }: DeskFault): number => (isAway === true ? 0 : 1);

describe('a fault of a provider', () => {
  it.each(cases)('ends a stage in $code, as plain JSON: $name', async ({ provider, fault, code }) => {
    const { category, retryable } = failureKinds[code];
    const desk = await openFaultDesk(provider, fault);
    const result = await runInto(desk, { provider, fault }, 'bare');
    const { status, failures } = result;
    const { message = '', hint = '', details } = failures[0] ?? {};
    expect(message).toContain(`Provider "${provider.protocol.provider}"`);
    expect(hint).toMatch(/\.$/u);
    expect(details).toMatchObject({ provider: provider.protocol.provider });
    expect({ status, failures }).toStrictEqual({
      status: 'failed',
      failures: [
        {
          code,
          category,
          retryable,
          message,
          hint,
          details,
          ...(fault.retryAfterMs !== undefined && { retry_after_ms: fault.retryAfterMs }),
          stage: 'bare',
          node: 'bare',
          node_type: 'agent',
          pipeline: 'bare',
          attempt: 1,
        },
      ],
    });
    const read: unknown = JSON.parse(JSON.stringify(failures));
    expect(read).toStrictEqual(failures);
    withoutKeys(result, desk);
    expect(desk.server.requests).toHaveLength(requestsOf(fault));
  });

  it.each(cases)('is taken by an error edge for the category provider: $name', async ({ provider, fault, code }) => {
    const desk = await openFaultDesk(provider, fault);
    const { status, output } = await runInto(desk, { provider, fault }, 'edged');
    expect([status, output, desk.clock.waits()]).toEqual(['completed', code, []]);
  });

  it.each(cases.filter((each) => !canHelp(each)))('is not tried again: $name', async ({ provider, fault, code }) => {
    const desk = await openFaultDesk(provider, fault);
    const { output } = await runInto(desk, { provider, fault }, 'patient');
    expect([output, desk.server.requests.length]).toEqual([code, 1]);
  });

  it.each(cases.filter(canHelp))('is tried again when its wait is over: $name', async ({ provider, fault, code }) => {
    const requests = requestsOf(fault);
    const desk = await openFaultDesk(provider, fault);
    const running = runInto(desk, { provider, fault }, 'patient');
    await desk.told('stage.retrying', 1);
    await desk.clock.settle();
    const [waitMs = 0, ...others] = desk.clock.waits();
    const retryAfterMs = fault.retryAfterMs ?? 0;
    const most = Math.max(backoffMs.most, retryAfterMs);
    const least = Math.max(backoffMs.least, retryAfterMs);
    expect([others, waitMs >= least, waitMs <= most]).toEqual([[], true, true]);
    desk.clock.advance(waitMs - 1);
    await desk.clock.settle();
    expect(desk.server.requests).toHaveLength(requests);
    desk.clock.advance(1);
    expect((await running).output).toBe(fault.isAway === true ? code : 'Hello');
    expect(desk.server.requests).toHaveLength(2 * requests);
  });

  it.each(cases)('is made up for by the fallback model: $name', async ({ provider, fault }) => {
    const desk = await openFaultDesk(provider, fault);
    const { status, output } = await runInto(desk, { provider, fault }, 'spared');
    expect([status, output, desk.server.requests.length]).toEqual(['completed', 'I am the spare.', requestsOf(fault)]);
  });
});

describe.each(deskProviders)('what is no fault of $name', (provider) => {
  const { protocol } = provider;
  const frames = protocol.frames({ texts: ['Hel', 'lo'] });
  const odd = [
    ['events that are not known', protocol.withUnknown(frames)],
    ['events that come twice', protocol.withDuplicates?.(frames)],
  ] as const;
  it.each(odd.filter(([, sent]) => sent !== undefined))('is taken as it is: %s', async (_, sent) => {
    const desk = await openFaultDesk(provider);
    const { start = [], end = [] } = sent ?? {};
    desk.server.enqueue({ kind: 'stream', headers: protocol.streamHeaders, parts: [...start, ...end] });
    const { status, output } = await desk.run('patient');
    expect([status, output, desk.server.requests.length]).toEqual(['completed', 'Hello', 1]);
    desk.server.enqueue(streamed(protocol, { texts: ['Again'] }));
    expect((await desk.run('bare')).output).toBe('Again');
  });
});
