import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { blocksOf } from './blocks.js';
import { bestBlocks, worthOf } from './rank.js';
import { readText } from './read-text.js';
import { termStems } from './words.js';

const projectDirectory = path.resolve(import.meta.dirname, '..');
const maxFiles = 3_000;
const filesAtOnce = 16;
const maxTotalBytes = 32 * 1_024 * 1_024;

/** Reads files, splits them at blank lines, and gives for each lookup the blocks that hold most of its terms. */
export const findPassages = {
  description: 'Finds the passages of files that speak of the terms of a plan.',
  capabilities: ['deterministic_safe'],
  async run({ root, paths, lookups, ...options }, { signal }) {
    const { passages_per_lookup: most = 3, least_share: leastShare = 0.5 } = options;
    const wanted = lookups.map(({ point, terms }) => ({ point, terms, stems: termStems(terms) }));
    const stems = new Set(wanted.flatMap((lookup) => lookup.stems));
    const { blocks, filesRead } = await readBlocks({ root, paths, stems, signal });
    const found = wanted.map((lookup) => ({
      point: lookup.point,
      terms: lookup.terms,
      passages: bestBlocks(blocks, { ...lookup, filesRead, most, leastShare }),
    }));
    const passages = found.reduce((sum, lookup) => sum + lookup.passages.length, 0);
    return { files_read: filesRead, files_left_out: paths.length - filesRead, passages, lookups: found };
  },
};

async function readBlocks({ root, paths, stems, signal }) {
  const base = await realpath(path.resolve(projectDirectory, root));
  const files = paths.filter((one) => worthOf(one) > 0).slice(0, maxFiles);
  const blocks = [];
  let filesRead = 0;
  let bytesLeft = maxTotalBytes;
  for (let from = 0; from < files.length; from += filesAtOnce) {
    signal.throwIfAborted();
    const some = files.slice(from, from + filesAtOnce);
    const read = await Promise.all(some.map((file) => readText(base, file)));
    for (const [at, found] of read.entries()) {
      if (found === undefined || found.bytes > bytesLeft) continue;
      bytesLeft -= found.bytes;
      filesRead += 1;
      blocks.push(...blocksOf(some[at], found.text, stems));
    }
  }
  return { blocks, filesRead };
}
