import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isOver,
  readyNodes,
  settle,
  startControl,
  verdictOf,
  type ControlState,
  type GraphNode,
} from '../../src/machines/index.ts';
import { propertySettings, propertyTimeoutMs } from '../support/property-settings.ts';
import { finalRun, firstRun, nextRun, readyIn, referenceVerdict } from '../support/reference-interpreter.ts';
import { workflows } from '../support/workflow-generator.ts';
import { picked, scriptedOutcome, scripts, type Script } from '../support/workflow-script.ts';
import { describeControl, nodeAt, planWorkflow, type KernelSubject } from '../support/workflow-subject.ts';

/** The states of a run in the order in which the script lets stages end. */
function playKernel(subject: KernelSubject, script: Script): readonly ControlState[] {
  const states = [startControl(subject.graph).control];
  for (let control = states[0]; control !== undefined && !isOver(control); control = states.at(-1)) {
    const ready = readyNodes(subject.graph, control);
    if (ready.length === 0) throw new Error('The run is not over, but no stage is ready.');
    const node = picked(script, states.length, ready);
    const outcome = scriptedOutcome(subject.workflow, script, node.index);
    states.push(settle(subject.graph, control, { node, outcome }).control);
  }
  return states;
}

function lastOf(states: readonly ControlState[]): ControlState {
  const last = states.at(-1);
  if (last === undefined) throw new Error('A run has at least one state.');
  return last;
}

describe('the kernel', { timeout: propertyTimeoutMs }, () => {
  it('agrees with the reference interpreter after every step', () => {
    fc.assert(
      fc.property(workflows(), scripts, (workflow, script) => {
        const subject = planWorkflow(workflow);
        const { graph, reading } = subject;
        let run = firstRun(reading);
        let step = startControl(graph);
        for (let moment = 1; ; moment += 1) {
          expect(describeControl(graph, step.control)).toEqual(run);
          expect(verdictOf(graph, step.control)).toBe(referenceVerdict(reading, run));
          const ready = readyIn(run);
          if (run.ended !== undefined || ready.length === 0) break;
          const place = picked(script, moment, ready);
          const outcome = scriptedOutcome(workflow, script, place);
          run = nextRun(reading, run, { node: place, outcome });
          step = settle(graph, step.control, { node: nodeAt(subject, place), outcome });
          const after = readyIn(run);
          expect(placesOf(step.started)).toEqual(after.filter((other) => !ready.includes(other)));
          expect(placesOf(step.stopped)).toEqual(ready.filter((other) => !after.includes(other)));
        }
        expect(isOver(step.control)).toBe(true);
      }),
      propertySettings(3_000),
    );
  });

  it('ends as the reference interpreter says from the outcomes alone', () => {
    fc.assert(
      fc.property(workflows({ isConfluent: true }), scripts, (workflow, script) => {
        const subject = planWorkflow(workflow);
        const last = lastOf(playKernel(subject, script));
        const final = finalRun(subject.reading, (place) => scriptedOutcome(workflow, script, place));
        expect(describeControl(subject.graph, last)).toEqual(final);
        expect(verdictOf(subject.graph, last)).toBe(referenceVerdict(subject.reading, final));
      }),
      propertySettings(3_000),
    );
  });

  it('reaches the same final state in whatever order stages end', () => {
    const orders = fc.array(scripts, { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(workflows({ isConfluent: true }), scripts, orders, (workflow, script, others) => {
        const subject = planWorkflow(workflow);
        const final = lastOf(playKernel(subject, script));
        for (const { picks } of others) expect(lastOf(playKernel(subject, { ...script, picks }))).toEqual(final);
      }),
      propertySettings(1_500),
    );
  });

  it('resolves every node once, and gives every edge one token that never changes', () => {
    fc.assert(
      fc.property(workflows(), scripts, (workflow, script) => {
        const subject = planWorkflow(workflow);
        const states = playKernel(subject, script);
        states.slice(1).forEach((state, at) => {
          expect(changedLetters(states[at]?.tokens ?? '', state.tokens, /\./u)).toEqual([]);
          expect(changedLetters(states[at]?.statuses ?? '', state.statuses, /[.r]/u)).toEqual([]);
        });
        const last = lastOf(states);
        expect(last.statuses).toMatch(/^[dfsc]+$/u);
        // A run that was ended early leaves tokens of the nodes it cancelled open.
        expect(last.tokens).toMatch(last.ended === undefined ? /^[LDF]*$/u : /^[LDF.]*$/u);
      }),
      propertySettings(1_500),
    );
  });

  it('ignores a result for a stage that is not ready', () => {
    fc.assert(
      fc.property(workflows(), scripts, fc.nat(20), (workflow, script, late) => {
        const subject = planWorkflow(workflow);
        for (const control of playKernel(subject, script)) {
          const node = nodeAt(subject, late % subject.graph.nodes.length);
          if (readyNodes(subject.graph, control).includes(node)) continue;
          const outcome = scriptedOutcome(workflow, script, node.index);
          expect(settle(subject.graph, control, { node, outcome })).toEqual({ control, started: [], stopped: [] });
        }
      }),
      propertySettings(500),
    );
  });
});

function placesOf(nodes: readonly GraphNode[]): readonly number[] {
  return nodes.map((node) => node.index).toSorted((one, other) => one - other);
}

/** Places where a letter that may not change has changed. */
function changedLetters(before: string, after: string, mayChange: RegExp): readonly number[] {
  return before.split('').flatMap((letter, at) => (letter === after[at] || mayChange.test(letter) ? [] : [at]));
}
