import { renameSync, symlinkSync, unlinkSync } from 'node:fs';

/*
 * Puts a link in the place of a file or directory and takes it away again, over and over, until it is ended. Told by its arguments:
 * the place, and where the link leads. Says after every hundred swaps how many there were.
 */

const [place = '', target = ''] = process.argv.slice(2);

function swap(): void {
  renameSync(place, `${place}.real`);
  symlinkSync(target, place);
  unlinkSync(place);
  renameSync(`${place}.real`, place);
}

let swaps = 0;
function run(): void {
  for (let count = 0; count < 100; count += 1) {
    try {
      swap();
    } catch {
      // The tool that is attacked may have made the place anew: it is taken as it is at the next swap.
      unlinkOrLeave();
    }
  }
  swaps += 100;
  process.send?.(swaps);
  setImmediate(run);
}

function unlinkOrLeave(): void {
  try {
    unlinkSync(place);
  } catch {
    // It is no link, or not there.
  }
}

process.on('disconnect', () => process.exit());
run();
