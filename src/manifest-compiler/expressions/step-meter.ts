import { failureError } from '../../errors/index.ts';
import { workLimits } from './limits.ts';

/** Counts the work of one evaluation at a time: evaluations are synchronous and never nest. */
export interface StepMeter {
  reset(): void;
  /** Throws when the steps are used up, and on every later call until it is reset. */
  charge(steps: number): void;
  /** Throws when the steps are used up: CEL's `||` and `exists` swallow what `charge` threw. */
  settle(): void;
}

export function createStepMeter(): StepMeter {
  let left: number = workLimits.steps;

  const settle = (): void => {
    if (left >= 0) return;
    throw failureError({
      code: 'config.expression',
      message: `An expression was stopped after ${workLimits.steps.toLocaleString('en-US')} steps.`,
      hint: 'Filter lists before combining them, avoid loops inside loops, or do the work in a tool.',
    });
  };

  return {
    reset: () => {
      left = workLimits.steps;
    },
    charge: (steps) => {
      left -= steps;
      if (left < 0) settle();
    },
    settle,
  };
}

/** Steps that a function takes to get through one value, without what is inside it. */
export function shallowSteps(value: unknown): number {
  if (typeof value === 'string') return 1 + Math.floor(value.length / workLimits.charactersPerStep);
  if (Array.isArray(value) || value instanceof Uint8Array) return 1 + value.length;
  if (value instanceof Map || value instanceof Set) return 1 + value.size;
  if (typeof value === 'object' && value !== null) return 1 + Object.keys(value).length;
  return 1;
}

/** Charges for everything inside a value, and stops looking when the steps are used up. */
export function chargeDeep(meter: StepMeter, value: unknown): void {
  meter.charge(shallowSteps(value));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  const inside =
    value instanceof Map || value instanceof Set || Array.isArray(value) ? value.values() : Object.values(value);
  for (const part of inside) chargeDeep(meter, part);
}
