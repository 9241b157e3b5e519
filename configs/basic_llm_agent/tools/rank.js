import { cut } from './cut.js';
import { plainWords, stemsOf } from './words.js';

const maxCharacters = 400;
/** What explains comes first, then what lists messages and code; what machines wrote is not read. */
const kinds = [
  { pattern: /(?:^|[/.-])(?:lock|snap|min)(?:[/.-]|$)/u, worth: 0 },
  { pattern: /(?:^|\/)(?:tests?|fixtures|samples|bench)\//u, worth: 0.4 },
  { pattern: /(?:^|\/)(?:changelog|changes|history|news|errors)\.\w+$/iu, worth: 1 },
  { pattern: /(?:^|\/)readme\.\w+$|(?:^|\/)docs?\/.*\.(?:md|mdx|txt|rst|adoc)$/iu, worth: 2 },
  { pattern: /\.(?:md|mdx|txt|rst|adoc)$/iu, worth: 1.6 },
  { pattern: /\.(?:[cm]?[jt]sx?|py|rs|go|java|kt|rb|cs|c|cc|cpp|h|hpp|php|sh|sql|css|html?)$/iu, worth: 1 },
  { pattern: /\.(?:ya?ml|toml|json|ini)$/iu, worth: 0.6 },
];

export function worthOf(file) {
  return kinds.find(({ pattern }) => pattern.test(file))?.worth ?? 0;
}

/** The blocks that hold the most telling terms, one for each file. */
export function bestBlocks(blocks, { point, stems, filesRead, most, leastShare }) {
  const rarity = rarityOf(blocks, stems, filesRead);
  const question = plainWords(point);
  const scored = blocks.flatMap((block) => {
    const share = shareOf(block.hits, rarity);
    const support = share + shareOf(block.around, rarity) / 2;
    // A text that only repeats the question is no answer to it.
    if (share === 0 || support < leastShare || plainWords(block.text).includes(question)) return [];
    return [{ block, score: support * lengthFactor(block) * worthOf(block.file) * block.clarity }];
  });
  scored.sort((a, b) => b.score - a.score || order(a.block.file, b.block.file) || a.block.line - b.block.line);
  const byFile = new Map();
  for (const { block } of scored) if (!byFile.has(block.file)) byFile.set(block.file, block);
  return [...byFile.values()].slice(0, most).map(({ file, line, text, hits }) => ({
    path: file,
    line,
    text: cut(text, maxCharacters),
    matched: hits.filter((stem) => rarity.has(stem)),
  }));
}

/** How telling each stem is: one that few files hold tells more than one that all hold. */
function rarityOf(blocks, stems, filesRead) {
  const files = new Map(stems.map((stem) => [stem, new Set()]));
  for (const { file, hits } of blocks) for (const stem of hits) files.get(stem)?.add(file);
  return new Map([...files].map(([stem, holders]) => [stem, Math.log(1 + filesRead / Math.max(1, holders.size))]));
}

function shareOf(hits, rarity) {
  const sum = (stems) => stems.reduce((total, stem) => total + (rarity.get(stem) ?? 0), 0);
  const whole = sum([...rarity.keys()]);
  return whole === 0 ? 0 : sum(hits) / whole;
}

/** A few words say little, and a long block holds many words by chance. */
function lengthFactor({ text }) {
  const { size } = stemsOf(text);
  return size < 6 ? 0.5 : Math.min(1, 0.5 + 20 / size);
}

function order(one, other) {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
