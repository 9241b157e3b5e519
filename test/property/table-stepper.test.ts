import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createTableStepper,
  storeSnapshot,
  type ChartEffect,
  type ChartInput,
  type Stepped,
} from '../../src/machines/index.ts';
import { propertySettings, propertyTimeoutMs } from '../support/property-settings.ts';
import { workflows } from '../support/workflow-generator.ts';
import { firstBreakpoints, hostPlans, playTask, type Moment } from '../support/workflow-host.ts';
import { emptyBook, enterEffects, withoutTimer, type HostBook } from '../support/workflow-observation.ts';
import { compileWorkflow, type ChartSubject } from '../support/workflow-subject.ts';

/** What a host sees of a step, whatever ids the timers have. */
function visible({ snapshot, effects }: Stepped, book: HostBook): object {
  return {
    status: snapshot.status,
    // The table knows no places in a chart, so the value is theirs alone until the verdict.
    verdict: snapshot.status === 'done' ? snapshot.value : undefined,
    context: snapshot.context,
    started: nodesOf(effects, 'start'),
    stopped: nodesOf(effects, 'stop'),
    running: [...book.running].toSorted(),
    timers: [...book.timers.values()].map(describeTimer).toSorted(),
  };
}

function nodesOf(effects: readonly ChartEffect[], kind: 'start' | 'stop'): readonly string[] {
  return effects.flatMap((effect) => (effect.kind === kind ? [effect.node] : [])).toSorted();
}

function describeTimer({ purpose, node, delayMs }: ChartEffect & { readonly kind: 'timer' }): string {
  return `${purpose} of ${node} after ${delayMs}`;
}

/** The same input for a stepper that gives its timers other ids. */
function translate(input: ChartInput, from: HostBook, to: HostBook): ChartInput {
  if (input.type !== 'timer.fired') return input;
  const fired = from.timers.get(input.id);
  const twin = [...to.timers.values()].find(({ node, purpose }) => node === fired?.node && purpose === fired.purpose);
  if (twin === undefined) throw new Error(`The table has set no timer like "${input.id}".`);
  return { type: 'timer.fired', id: twin.id };
}

/** Holds a table stepper against the moments of a task as XState plays it. */
function followWithTable(subject: ChartSubject, check: (xstate: object, table: Stepped, book: HostBook) => void) {
  const stepper = createTableStepper(subject.graph);
  let table: Stepped | undefined;
  let book = emptyBook;
  let bookBefore = emptyBook;
  return (moment: Moment, start: { maxParallel: number; paused: boolean; breakpoints: readonly string[] }): void => {
    if (moment.input === undefined || table === undefined) {
      table = stepper.init({ seed: 'a task', ...start });
    } else {
      const input = translate(moment.input, bookBefore, book);
      if (input.type === 'timer.fired') book = withoutTimer(book, input.id);
      table = stepper.step(table.snapshot, input);
    }
    book = enterEffects(book, table.effects);
    bookBefore = moment.book;
    check(visible(moment, moment.book), table, book);
  };
}

describe('the table stepper', { timeout: propertyTimeoutMs }, () => {
  it('takes the same steps as XState with the compiled chart', () => {
    fc.assert(
      fc.property(workflows(), hostPlans('limit', 'troubles', 'orders', 'breakpoints', 'cancel'), (workflow, plan) => {
        const subject = compileWorkflow(workflow);
        const follow = followWithTable(subject, (xstate, table, book) => expect(visible(table, book)).toEqual(xstate));
        const start = {
          maxParallel: plan.limit,
          paused: plan.isPausedFirst,
          breakpoints: firstBreakpoints(subject, plan),
        };
        playTask(subject, plan, (moment) => follow(moment, start));
      }),
      propertySettings(1_500),
    );
  });

  it('takes no notice of what concerns no stage at work, no more than XState does', () => {
    fc.assert(
      fc.property(workflows(), hostPlans('limit', 'troubles', 'orders'), fc.nat(20), (workflow, plan, stray) => {
        const subject = compileWorkflow(workflow);
        const { stepper, graph } = subject;
        const table = createTableStepper(graph);
        playTask(subject, plan, ({ snapshot, book }) => {
          const node = graph.nodes[stray % graph.nodes.length]?.id ?? '';
          if (book.running.has(node)) return;
          for (const stepped of [stepper, table].map((each) => each.step(snapshot, strayResult(node)))) {
            expect(stepped.effects).toEqual([]);
            expect(storeSnapshot(stepped.snapshot)).toEqual(storeSnapshot(snapshot));
          }
        });
      }),
      propertySettings(400),
    );
  });
});

function strayResult(node: string): ChartInput {
  return { type: 'stage.ended', node, end: { kind: 'failed', category: 'tool', retryable: true } };
}
