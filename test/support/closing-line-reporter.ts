import type { Reporter, TestModule } from 'vitest/node';

const count = (modules: readonly TestModule[], state: 'passed' | 'failed' | 'skipped' | 'pending'): number =>
  modules.reduce((sum, testModule) => sum + [...testModule.children.allTests(state)].length, 0);

/** A file that does not load, or whose hooks fail, fails without any failed test in it. */
const failedWithoutATest = (modules: readonly TestModule[]): number =>
  modules.filter((testModule) => !testModule.ok() && count([testModule], 'failed') === 0).length;

/** Ends a run with the line "N passed, N failed, N skipped", which scripts read. */
export function closingLineReporter(): Reporter {
  let isWatching = false;
  return {
    onInit(vitest) {
      isWatching = vitest.config.watch;
    },
    onTestRunEnd(modules, unhandledErrors) {
      const passed = count(modules, 'passed');
      const failed = count(modules, 'failed') + failedWithoutATest(modules) + unhandledErrors.length;
      const skipped = count(modules, 'skipped') + count(modules, 'pending');
      const print = () => process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
      // The coverage table and late warnings follow the end of the run, so the line waits for the exit.
      if (isWatching) print();
      else process.once('exit', print);
    },
  };
}
