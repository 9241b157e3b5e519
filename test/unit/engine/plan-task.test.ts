import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadProject, planTask, type PlanOptions, type RunPlan } from '../../../src/engine/index.ts';
import { openProject, type OpenEngine } from '../../support/engine-fixture.ts';
import { overrideProject } from '../../support/override-project.ts';

const { engine } = overrideProject();
const parsed = { engine: { ...engine, overrides: { parse_requests: true } } };

async function planIn(
  { directory }: Pick<OpenEngine, 'directory'>,
  options: Omit<PlanOptions, 'directory'>,
): Promise<RunPlan> {
  const { compiled } = await loadProject(directory);
  if (compiled === undefined) throw new Error('The project does not compile.');
  return planTask(compiled, { directory, environment: {}, ...options });
}

const model = (price: number): object => ({
  provider: 'scripted',
  script: 'big.yaml',
  context_window: 1_000_000,
  max_output_tokens: 1_000,
  price: { input_per_mtok: price, output_per_mtok: price },
});

const budgets = (plan: RunPlan): unknown =>
  plan.budgets.map(({ max_cost_usd, max_tokens_total }) => [max_cost_usd, max_tokens_total]);

describe('the plan of a run', () => {
  it.each<[string, Omit<PlanOptions, 'directory'>]>([
    ['without overrides', { input: 'Look at it.' }],
    ['with overrides of the caller', { input: 'x', overrides: ['avoid=ship', 'model.look=small', 'remember=tabs'] }],
    ['with what its request asks for', { input: 'Only analyse, and use the small model for the planner.' }],
    [
      'with what contradicts, and what nobody allowed',
      { input: 'x', mode: 'normal', overrides: ['mode=dry_run', 'budget.max_cost_usd=5'] },
    ],
    ['with what the caller allowed', { input: 'x', allowOverrides: true, overrides: ['budget.max_cost_usd=5'] }],
    [
      'with a hint that cannot hold',
      { input: 'x', overrides: [{ kind: 'model', severity: 'hint', payload: { model: 'none' } }] },
    ],
  ])('begins as the task would: %s', async (_, options) => {
    const opened = await openProject(overrideProject(parsed), { host: 'local' });
    const plan = await planIn(opened, options);
    const task = await opened.engine.createTask({ ...options, id: 'task' });
    expect([plan.mode, plan.pipeline, plan.routing, plan.overrides]).toEqual([
      task.mode,
      task.pipeline,
      task.routing[0],
      task.overrides,
    ]);
  });

  it('goes by preferences of the project, as a task does, and writes nothing', async () => {
    const opened = await openProject(overrideProject(), { host: 'local' });
    const preference = { kind: 'routing', scope: 'project', payload: { avoid: ['ship'] } };
    await opened.engine.runOne('x', { overrides: [preference], pipeline: 'analysis' });
    const files = (): readonly string[] => readdirSync(opened.directory, { recursive: true, encoding: 'utf8' });
    const before = files();
    const { pipeline, overrides } = await planIn(opened, { input: 'x' });
    expect([pipeline, overrides?.applied.map(({ source }) => source.from)]).toEqual(['analysis', ['project']]);
    expect(files()).toEqual(before);
  });

  it('says which models are asked, what that costs at most, and which budgets hold', async () => {
    const sized = { ...engine, models: { big: model(8), small: model(1) } };
    const opened = await openProject(overrideProject({ engine: sized }), { host: 'memory' });
    const costs = async (...overrides: readonly string[]): Promise<unknown> =>
      (await planIn(opened, { input: 'x', overrides })).worst_case.cost_usd?.most;
    const [whole, look, all] = [await costs(), await costs('model.look=small'), await costs('model=small')];
    expect([look, all]).toEqual([Number(whole) * (9 / 16), Number(whole) / 8]);
    const overrides = ['model.look=small', 'budget.max_cost_usd=2', 'budget.max_tokens_total=500'];
    const asked = await planIn(opened, { input: 'x', overrides });
    expect(asked.stages.map(({ stage, model: given }) => [stage, given])).toEqual([
      ['plan', undefined],
      ['look', 'small'],
      ['ship', undefined],
    ]);
    expect(budgets(asked)).toEqual([
      [1, 100_000],
      [undefined, 500],
    ]);
    const allowed = await planIn(opened, { input: 'x', overrides, allowOverrides: true });
    expect(budgets(allowed)).toEqual([
      [2, 100_000],
      [2, 500],
    ]);
  });
});
