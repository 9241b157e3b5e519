import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { closingLineReporter } from './test/support/closing-line-reporter.ts';

export default defineConfig(({ mode }) => {
  const isExhaustive = mode === 'exhaustive';
  return {
    // The build that users run: Vitest would pick XState's development build, which warns at every start of a stage.
    resolve: { alias: { xstate: fileURLToPath(import.meta.resolve('xstate')) } },
    test: {
      include: ['test/**/*.test.ts'],
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
