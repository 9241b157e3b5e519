import { describe, expect, it } from 'vitest';
import type { ToolCall, ToolOutcome, ToolRuntime } from '../../src/services/tools/index.ts';

/** One tool in a runtime of its own, with a call that works. */
export interface ToolUnderTest {
  readonly runtime: ToolRuntime;
  readonly tool: string;
  readonly arguments: unknown;
}

const endless: unknown[] = [];
endless.push(endless);

/** Arguments that no tool takes, since they are no JSON. */
const notJson: [what: string, value: unknown][] = [
  ['a function', { path: (): string => 'a' }],
  ['a BigInt', { path: 1n }],
  ['a cycle', { path: endless }],
  ['an instance of a class', new Map()],
];

type Caller = (more: Partial<ToolCall>) => Promise<ToolOutcome>;

function callerOf(create: () => Promise<ToolUnderTest>): Caller {
  return async (more) => {
    const { runtime, tool, arguments: working } = await create();
    const signal = new AbortController().signal;
    return await runtime.call({ tool, arguments: working, mode: 'normal', idempotencyKey: 'task/1', signal, ...more });
  };
}

/** What every adapter of the tool port keeps to. */
export function describeToolContract(name: string, create: () => Promise<ToolUnderTest>): void {
  describe(`${name} as a tool`, () => {
    const call = callerOf(create);

    it('succeeds with plain JSON', async () => {
      const outcome = await call({});
      expect(outcome).toEqual({ ...JSON.parse(JSON.stringify(outcome)), ok: true });
    });

    it('does not begin when the task is cancelled already', async () => {
      const { tool } = await create();
      expect(await call({ signal: AbortSignal.abort() })).toEqual({
        ok: false,
        failure: { code: 'cancelled.task', message: `Tool "${tool}" was stopped because the task was cancelled.` },
      });
    });

    it.each(notJson)('refuses arguments that hold %s', async (_what, value) => {
      expect(await call({ arguments: value })).toMatchObject({ ok: false, failure: { code: 'tool.invalid_input' } });
    });

    it.each([7, 'text', ['list'], { surely_no_such_argument: 1 }])('refuses the arguments %j', async (value) => {
      expect(await call({ arguments: value })).toMatchObject({ ok: false, failure: { code: 'tool.invalid_input' } });
    });

    it.each(['analysis_only', 'dry_run'] as const)('does not run in %s when it could do harm', async (mode) => {
      const { runtime, tool } = await create();
      const description = runtime.describe().find((candidate) => candidate.name === tool);
      const isHarmless = description?.capabilities.includes('deterministic_safe') === true;
      const outcome = await call({ mode });
      expect(outcome).toMatchObject(isHarmless ? { ok: true } : { ok: true, notRun: mode, output: { not_run: mode } });
      expect('notRun' in outcome).toBe(!isHarmless);
    });

    it('refuses calls once it is closed', async () => {
      const { runtime, tool, arguments: working } = await create();
      await runtime.close();
      const signal = new AbortController().signal;
      const outcome = runtime.call({ tool, arguments: working, mode: 'normal', idempotencyKey: 'task/1', signal });
      expect(await outcome).toEqual({
        ok: false,
        failure: { code: 'cancelled.task', message: `Tool "${tool}" was stopped because the engine is closed.` },
      });
    });

    it('describes itself as plain JSON', async () => {
      const { runtime } = await create();
      const descriptions = runtime.describe();
      expect(JSON.parse(JSON.stringify(descriptions))).toEqual(descriptions);
    });
  });
}
