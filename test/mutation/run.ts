import { spawnSync } from 'node:child_process';
import { isMutationArea, mutationAreas, type MutationAreaName } from './areas.ts';

/*
 * npm run mutation [-- <area> [<file> …]]: changes the code of an area, or of these files of it, one place at a time, and
 * runs the tests of the area on each change. Without an area: all, one after the other. What is known from a run before
 * is not tried again.
 */
function runArea(area: MutationAreaName, files: readonly string[]): boolean {
  const only = files.length === 0 ? [] : ['--mutate', files.join(',')];
  const { status } = spawnSync('stryker', ['run', ...only], {
    stdio: 'inherit',
    env: { ...process.env, MUTATION_AREA: area },
  });
  return status === 0;
}

const [name, ...files] = process.argv.slice(2);
if (name === undefined) {
  const passed = Object.keys(mutationAreas)
    .filter((area) => isMutationArea(area))
    .map((area) => runArea(area, []));
  process.exitCode = passed.every(Boolean) ? 0 : 1;
} else if (isMutationArea(name)) {
  process.exitCode = runArea(name, files) ? 0 : 1;
} else {
  process.stderr.write(`"${name}" is no area. Name one of: ${Object.keys(mutationAreas).join(', ')}.\n`);
  process.exitCode = 2;
}
