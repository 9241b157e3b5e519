import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { currentArea } from './areas.ts';

export default defineConfig({
  resolve: { alias: { xstate: fileURLToPath(import.meta.resolve('xstate')) } },
  test: {
    include: [...currentArea().tests],
    pool: 'threads',
    isolate: false,
    env: { PROPERTY_RUNS: '150' },
    testTimeout: 60_000,
  },
});
