import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { closingLineReporter } from './test/support/closing-line-reporter.ts';

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
      include: ['test/**/*.test.ts', 'examples/**/*.test.tsx'],
      pool: 'forks',
      maxWorkers: 2,
      env: isExhaustive ? { EXHAUSTIVE: '1' } : {},
      testTimeout: isExhaustive ? 600_000 : 30_000,
      hookTimeout: 30_000,
      reporters: ['default', closingLineReporter()],
      coverage: { provider: 'v8', include: ['src/**/*.ts'] },
    },
  };
});
