import { describe, expect, it } from 'vitest';
import type { ToolStageCall } from '../../../src/actors/index.ts';
import { runSteps, type PlanRun } from '../../../src/engine/stages/tool-plan.ts';
import type { ToolPlanStep } from '../../../src/services/index.ts';

describe('the steps of a plan', () => {
  const step: ToolPlanStep = { id: 'a', tool: 'echo', arguments: { n: 1 }, dependsOn: [], onError: 'stop' };

  it('are actors of their own below the stage, and share what the stage is given', async () => {
    const { seen, run } = recordedRun(new AbortController().signal);
    await runSteps(run, [step]);
    expect(seen).toEqual([
      [
        'act/a',
        {
          ...run.call,
          step: 'a',
          tool: 'echo',
          arguments: { n: 1 },
          place: 'act/tool/a',
          idempotencyKey: 'task/1.act/a',
        },
      ],
    ]);
  });

  it('are not run again once it is kept what they came to', async () => {
    const saved = new Map<string, { value: unknown }>();
    const first = recordedRun(new AbortController().signal, saved);
    expect((await runSteps(first.run, [step])).results).toEqual([{ id: 'a', tool: 'echo', ok: true, output: null }]);
    const second = recordedRun(new AbortController().signal, saved);
    const { results } = await runSteps(second.run, [step, { ...step, id: 'b' }]);
    expect(results.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(second.seen.map(([actor]) => actor)).toEqual(['act/b']);
  });

  it('run side by side when they only read and do not depend on each other, and never beside one that writes', async () => {
    const { run } = recordedRun(new AbortController().signal);
    const atWork = new Set<string>();
    const together: string[][] = [];
    const work: PlanRun['work'] = {
      async runTool(stage) {
        atWork.add(stage);
        together.push([...atWork]);
        await Promise.resolve();
        atWork.delete(stage);
        return { notes: {} };
      },
    };
    const read = (id: string, dependsOn: readonly string[] = []): ToolPlanStep => {
      return { ...step, id, tool: 'read', dependsOn };
    };
    await runSteps({ ...run, work }, [
      read('a'),
      read('b'),
      read('c', ['a']),
      { ...step, id: 'w', tool: 'write' },
      read('d'),
    ]);
    expect(together).toEqual([['act/a'], ['act/a', 'act/b'], ['act/c'], ['act/w'], ['act/d']]);
  });

  it('do not begin in a stage that is stopped', async () => {
    const { seen, run } = recordedRun(AbortSignal.abort());
    await expect(runSteps(run, [step])).rejects.toThrow(/abort/u);
    expect(seen).toEqual([]);
  });
});

/** A run whose tools are noted and give nothing. */
function recordedRun(
  signal: AbortSignal,
  saved = new Map<string, { value: unknown }>(),
): {
  readonly seen: (readonly [string, ToolStageCall])[];
  readonly run: PlanRun;
} {
  const seen: (readonly [string, ToolStageCall])[] = [];
  const call = { taskId: 'task', mode: 'normal', idempotencyKey: 'task/1.act', tell: () => undefined, signal } as const;
  const runTool: PlanRun['work']['runTool'] = (stage, asked) => {
    seen.push([stage, asked]);
    return Promise.resolve({ notes: {} });
  };
  const log = {
    saved: (key: string) => saved.get(key),
    save: (key: string, value: unknown) => void saved.set(key, { value }),
  };
  const run = {
    stage: 'act',
    work: { runTool },
    call,
    log,
    prefix: 'tool',
    takePlace,
    isReadOnly,
    readArguments,
    before,
    permit,
  };
  return { seen, run };
}

const before: PlanRun['before'] = ({ arguments: given }) => Promise.resolve({ arguments: given });

function permit(): Promise<'granted'> {
  return Promise.resolve('granted');
}

function takePlace(): Promise<() => void> {
  return Promise.resolve(() => undefined);
}

function isReadOnly(tool: string): boolean {
  return tool.startsWith('read');
}

const readArguments: PlanRun['readArguments'] = (_, value) => ({
  ok: true,
  value,
  repair: { category: 'none', tier: 0, lossless: true, actions: [], unlisted: 0 },
});
