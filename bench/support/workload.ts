/** The form of a task: which stages it has and what they hand on. */
export interface Shape {
  readonly kind: 'chain' | 'fan' | 'mesh';
  /** Stages of a chain, branches of a fan, vertices of a mesh. */
  readonly size: number;
  /** Text that stages give instead of a number: each one of its own, or all the one that the task began with. */
  readonly text?: { readonly bytes: number; readonly isCarried: boolean };
}

/** What stages do, the same for everyone who is measured, and the count of those that ran. */
export interface Work {
  readonly shape: Shape;
  ran: number;
  /** Stages that wait at the gate. */
  waiting: number;
  /** Stage `gateAt` goes on when this is done. */
  gate: Promise<void> | undefined;
  readonly gateAt: number;
  run(at: number, input: unknown): Promise<unknown>;
  /** What stage `at` gives where it carries nothing. */
  readonly output: (at: number) => number | string;
}

/** Somebody who can run tasks of one shape. */
export interface Workload {
  /** Runs a task to its end and gives what its last stage gave; throws when it does not complete. */
  runTask(input: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export interface Setting {
  readonly shape: Shape;
  readonly work: Work;
  /** Directory of this case alone, for files. */
  readonly directory: string;
}

export type Subject = (setting: Setting) => Promise<Workload>;

export const gateAt = 5;

export function createWork(shape: Shape): Work {
  const filler = 'x'.repeat(shape.text?.bytes ?? 0);
  const work: Work = {
    shape,
    ran: 0,
    waiting: 0,
    gate: undefined,
    gateAt,
    async run(at, input) {
      if (at === gateAt && work.gate !== undefined) {
        work.waiting += 1;
        await work.gate;
      }
      work.ran += 1;
      return shape.text?.isCarried === true ? input : work.output(at);
    },
    output: (at) => (shape.text === undefined ? at : `${at} ${filler}`),
  };
  return work;
}

/** What a task is given: the text that it carries, or a number. */
export function inputOf({ text }: Shape): unknown {
  return text?.isCarried === true ? 'x'.repeat(text.bytes) : 0;
}

/** Runs one task and checks that every stage ran once and that the last one gave what it should. */
export async function runChecked({ shape, work }: Setting, workload: Workload): Promise<void> {
  const before = work.ran;
  const input = inputOf(shape);
  const output = await workload.runTask(input);
  const ran = work.ran - before;
  const expected = stagesOf(shape);
  if (ran !== expected) throw new Error(`${ran} stages ran instead of ${expected}.`);
  checkOutput(work, input, output);
}

/** A mesh ends in many places, of which each gives another form of result. */
export function checkOutput({ shape, output: outputAt }: Work, input: unknown, output: unknown): void {
  if (shape.kind === 'mesh') return;
  const wanted = shape.text?.isCarried === true ? input : outputAt(stagesOf(shape) - 1);
  if (output !== wanted) throw new Error(`The last stage gave ${JSON.stringify(output)?.slice(0, 200)}.`);
}

/** Stages of a task: those of a fan have the one before and the one after its branches, too. */
export function stagesOf({ kind, size }: Shape): number {
  return kind === 'fan' ? size + 2 : size;
}
