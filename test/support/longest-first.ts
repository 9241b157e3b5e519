import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes tens of seconds, longest first; else one worker would be at it long after the other has nothing left to do. */
const long = [
  /\/property\/(?:exhaustive|lanes|context)\./u,
  /\/chaos\/(?:kills|answer-orders)\./u,
  /\/(?:property|chaos|browser)\//u,
  /\/e2e\//u,
];

/**
 * Files in the order of what they are known to take. Vitest goes by what they took the last time, which nobody knows on a
 * fresh copy, and by their size there.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- what is sorted is no array
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

/** Files that have a process of their own come first: those that share one hand it on to the next in the row. */
function placeOf({ moduleId, project }: TestSpecification): number {
  const place = long.findIndex((pattern) => pattern.test(moduleId));
  return (project.config.isolate ? 0 : long.length + 1) + (place < 0 ? long.length : place);
}
