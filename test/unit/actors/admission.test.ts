import { expect, it } from 'vitest';
import { admitCall } from '../../../src/actors/agent/admission.ts';
import type { Admission, CallEstimate } from '../../../src/actors/agent/budget.ts';
import type { NamedModel } from '../../../src/actors/agent/named-model.ts';
import { createModelClient } from '../../../src/services/index.ts';

const spec = { provider: 'offline' };
const model: NamedModel = { alias: 'own', spec, client: createModelClient('own', spec) };
const other: NamedModel = { ...model, alias: 'other' };
const settle = (): void => undefined;
const estimateFor = (each: NamedModel): CallEstimate => ({
  model: each,
  promptTokens: 1,
});

it('waits as often as it is told to, and then asks the model that it is told to', async () => {
  const answers: Admission[] = [
    { kind: 'wait', until: Promise.resolve() },
    { kind: 'wait', until: Promise.resolve() },
    { kind: 'degrade', model: other },
    { kind: 'go', maxOutputTokens: 5, settle },
  ];
  const asked: unknown[] = [];
  const budget = {
    admit: ({ model: { alias }, degraded }: CallEstimate): Admission => {
      asked.push([alias, ...(degraded ?? [])]);
      return answers.shift() ?? { kind: 'go', settle };
    },
  };
  const { signal } = new AbortController();
  expect(await admitCall(budget, estimateFor, { model, signal })).toEqual({ model: other, maxOutputTokens: 5, settle });
  expect(asked).toEqual([['own'], ['own'], ['own'], ['other', 'own']]);
});

it('asks no model again that was degraded before', async () => {
  const budget = {
    admit: ({ model: { alias } }: CallEstimate): Admission => ({
      kind: 'degrade',
      model: alias === 'own' ? other : model,
    }),
  };
  const { signal } = new AbortController();
  await expect(admitCall(budget, estimateFor, { model, signal })).rejects.toMatchObject({
    failure: { code: 'budget.exceeded' },
  });
});

it('waits no longer once it is cancelled', async () => {
  const controller = new AbortController();
  const budget = {
    admit: (): Admission => ({ kind: 'wait', until: new Promise<void>(() => undefined) }),
  };
  const waiting = admitCall(budget, estimateFor, { model, signal: controller.signal });
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ failure: { code: 'cancelled.task' } });
});
