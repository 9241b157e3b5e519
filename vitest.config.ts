import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { closingLineReporter } from './test/support/closing-line-reporter.ts';
import { LongestFirst } from './test/support/longest-first.ts';

/** Tests of what a process keeps for itself: what it found once, the libraries it loaded, the memory it takes. */
const ofTheirOwn = [
  'examples/**/*.test.tsx',
  'test/{browser,chaos}/**/*.test.ts',
  'test/unit/services/telemetry/otel*.test.ts',
  'test/unit/services/tools/{command-attacks,no-sandbox}.test.ts',
];

export default defineConfig(({ mode }) => {
  const isExhaustive = mode === 'exhaustive';
  return {
    // XState: the build that users run. Vitest would pick its development build, which warns at every start of a stage.
    // What examples import by the package's name is there as sources.
    resolve: {
      alias: {
        xstate: fileURLToPath(import.meta.resolve('xstate')),
        'agent-engine/browser': path.resolve('src/services/llm/sub-path.ts'),
        'agent-engine/compiler': path.resolve('src/manifest-compiler/index.ts'),
      },
    },
    test: {
      pool: 'forks',
      maxWorkers: 2,
      sequence: { sequencer: LongestFirst },
      env: isExhaustive ? { EXHAUSTIVE: '1' } : {},
      testTimeout: isExhaustive ? 600_000 : 30_000,
      hookTimeout: 30_000,
      reporters: ['default', closingLineReporter()],
      coverage: { provider: 'v8', include: ['src/**/*.ts'] },
      projects: [
        { extends: true, test: { name: 'alone', include: ofTheirOwn } },
        {
          extends: true,
          // A file takes most of a second to load what it tests, and few milliseconds when the one before did it.
          test: {
            name: 'together',
            include: ['test/**/*.test.ts'],
            exclude: ofTheirOwn,
            isolate: false,
            setupFiles: ['test/support/nothing-left.ts'],
          },
        },
      ],
    },
  };
});
