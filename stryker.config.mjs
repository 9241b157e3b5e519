import { currentArea } from './test/mutation/areas.ts';

const area = currentArea();
const report = `reports/mutation/${area.name}`;

export default {
  mutate: [...area.mutate],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  incremental: true,
  incrementalFile: `${report}.incremental.json`,
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  jsonReporter: { fileName: `${report}.json` },
  htmlReporter: { fileName: `${report}.html` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 85, break: 85 },
  timeoutMS: 10_000,
  tempDirName: 'reports/mutation/.sandbox',
  ignorePatterns: ['/reports', '/dist', '/visualizations', '/bench', '/.ci'],
  // TypeScript 7 has no API by which Stryker could rewrite tsconfig.json; nothing that runs here reads that file.
  tsconfigFile: 'none.json',
  // Types are stripped, not checked: what would not compile is tried as well.
  disableTypeChecks: false,
  allowConsoleColors: false,
};
