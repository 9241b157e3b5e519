import { describe, expect, it } from 'vitest';
import { isAgentStep, isToolStep, toolSteps, type ToolStageCall } from '../../../src/actors/index.ts';
import { failureOf, type Failure } from '../../../src/errors/index.ts';
import type { ToolOutcome, ToolRuntime } from '../../../src/services/index.ts';

interface Told {
  readonly type: string;
  readonly data: object;
}

interface Request {
  readonly call: ToolStageCall;
  readonly notes: object;
  readonly runtime: ToolRuntime;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

const untouched = { category: 'none', tier: 0, lossless: true, actions: [], unlisted: 0 } as const;

function request(told: Told[], runtime: Partial<ToolRuntime>): Request {
  const { signal } = new AbortController();
  let time = 0;
  return {
    call: {
      taskId: 'task',
      tool: 'work',
      arguments: { a: 1 },
      mode: 'normal',
      idempotencyKey: 'task/0.work',
      tell: (event) => told.push(event),
      signal,
    },
    notes: {},
    runtime: {
      readArguments: () => ({ ok: true, value: {}, repair: untouched }),
      check: () => undefined,
      consent: () => undefined,
      denial: async () => undefined,
      call: async () => ({ ok: true, output: 1 }),
      describe: () => [],
      learn: async () => undefined,
      files: () => undefined,
      close: async () => undefined,
      ...runtime,
    },
    now: () => (time += 10),
    signal,
  };
}

const failing = (failure: Failure): Partial<ToolRuntime> => ({
  call: async (): Promise<ToolOutcome> => ({ ok: false, failure }),
});

async function failureFrom(work: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

describe('the steps of a tool', () => {
  it('check the arguments, call the tool, and tell how long it took', async () => {
    const told: Told[] = [];
    const asked = request(told, {});
    const notes = { ...(await toolSteps.validate_tool_input(asked)), ...(await toolSteps.execute_tool(asked)) };
    expect(notes).toEqual({ startedAt: 20, output: 1 });
    await toolSteps.emit_telemetry({ ...asked, notes });
    expect(told).toEqual([
      { type: 'tool.called', call: 'task/0.work', data: { tool: 'work', arguments: { a: 1 } } },
      { type: 'tool.finished', call: 'task/0.work', data: { tool: 'work', durationMs: 10, output: 1 } },
    ]);
  });

  it('fail as the tool failed, and tell so without its details', async () => {
    const told: Told[] = [];
    const failure: Failure = { code: 'tool.failed', message: 'It broke.', hint: 'Mend it.', details: { secret: 1 } };
    expect(await failureFrom(toolSteps.execute_tool(request(told, failing(failure))))).toEqual(failure);
    expect(told.at(-1)).toEqual({
      type: 'tool.failed',
      call: 'task/0.work',
      data: { tool: 'work', durationMs: 10, failure: { code: 'tool.failed', message: 'It broke.', hint: 'Mend it.' } },
    });
  });

  it('tell a denial as one', async () => {
    const told: Told[] = [];
    const failure: Failure = { code: 'permission.denied', message: 'That is outside.' };
    expect(await failureFrom(toolSteps.execute_tool(request(told, failing(failure))))).toEqual(failure);
    expect(told.at(-1)).toEqual({
      type: 'tool.denied',
      call: 'task/0.work',
      data: { tool: 'work', reason: 'That is outside.' },
    });
  });

  it('do not call a tool whose arguments do not fit', async () => {
    const told: Told[] = [];
    const failure: Failure = { code: 'tool.invalid_input', message: 'They do not fit.' };
    const asked = request(told, { check: () => failure });
    expect(await failureFrom(toolSteps.validate_tool_input(asked))).toEqual(failure);
    expect(told.map(({ type }) => type)).toEqual(['tool.failed']);
  });
});

describe('the name of a step', () => {
  it('is one of the table, and nothing that every object has', () => {
    const names = ['call_llm', 'execute_tool', 'constructor', 'toString', ''];
    expect(names.map((name) => [isAgentStep(name), isToolStep(name)])).toEqual([
      [true, false],
      [false, true],
      [false, false],
      [false, false],
      [false, false],
    ]);
  });
});
