import { fileURLToPath } from 'node:url';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';
import { currentArea } from './areas.ts';

/** The first test that fails settles it, so the quick ones come first: Vitest itself begins with the longest. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => lengthOf(one) - lengthOf(other) || (one.moduleId < other.moduleId ? -1 : 1));
  }
}

function lengthOf({ moduleId }: TestSpecification): number {
  return /\/property\/|large-workflows/u.test(moduleId) ? 1 : 0;
}

export default defineConfig({
  resolve: { alias: { xstate: fileURLToPath(import.meta.resolve('xstate')) } },
  test: {
    include: [...currentArea().tests],
    pool: 'threads',
    isolate: false,
    sequence: { sequencer: QuickFirst },
    env: { PROPERTY_RUNS: '100' },
    testTimeout: 60_000,
  },
});
