import { stemsOf } from './words.js';

const maxLines = 12;
const maxLineCharacters = 2_000;
/** Lines that name other files and say nothing. */
const importing =
  /^\s*(?:import\b|\}\s*from\b|export\b.*\bfrom\b|from\b.*\bimport\b|(?:const|let|var)\b.*\brequire\()/u;
const comment = /^\s*(?:\/\*|\*|\/\/|#|"""|<!--)/u;

export const isProse = (file) => /\.(?:md|mdx|txt|rst|adoc)$/iu.test(file);

/**
 * The parts of a text between blank lines that hold at least one of the stems. Of Markdown without headings and code; of
 * code its comments, or else the lines that hold a stem.
 */
export function blocksOf(file, text, stems) {
  return partsOf(file, text).flatMap(({ line, lines, heading }) => {
    const all = hitsIn(lines.join('\n'), stems);
    if (all.length === 0) return [];
    const comments = isProse(file) ? lines : lines.filter((one) => comment.test(one));
    const said = hitsIn(comments.join('\n'), stems);
    const shown = said.length > 0 ? comments : lines.filter((one) => hitsIn(one, stems).length > 0);
    const hits = said.length > 0 ? said : all;
    const place = line + lines.indexOf(shown[0]);
    const around = hitsIn(`${file} ${heading}`, stems);
    return [
      { file, line: place, text: plain(shown), hits, around, clarity: said.length > 0 ? clarityOf(shown[0]) : 0.4 },
    ];
  });
}

/** A row of a table says less than a sentence, and code says the least. */
function clarityOf(line) {
  return /^\s*\|/u.test(line) ? 0.7 : 1;
}

function hitsIn(text, stems) {
  const found = stemsOf(text);
  return [...stems].filter((stem) => found.has(stem));
}

function partsOf(file, text) {
  const isMarkdown = /\.mdx?$/iu.test(file);
  const parts = [];
  let heading = '';
  let part;
  let isFenced = false;
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    const isFence = isMarkdown && /^\s*(?:```|~~~)/u.test(line);
    const isHeading = isMarkdown && !isFenced && /^#{1,6} /u.test(line);
    const isItem = isMarkdown && /^\s*(?:[-*+]|\d+\.|\|) /u.test(line);
    if (isFence) isFenced = !isFenced;
    if (isHeading) heading = line.replace(/^#+ /u, '');
    const isGap = isFence || isFenced || isHeading || line.trim() === '' || (!isProse(file) && importing.test(line));
    if (isGap || isItem || (part?.lines.length ?? 0) >= maxLines) part = undefined;
    if (isGap) continue;
    if (part === undefined) parts.push((part = { line: index + 1, heading, lines: [] }));
    part.lines.push(line.slice(0, maxLineCharacters));
  }
  return parts;
}

/** One line without the marks of comments, lists and tables. */
function plain(lines) {
  const marks = /^\s*(?:\/\*\*?|\*\/|\*(?= |$)|\/\/+|<!--|[-+*|] |>+ |#+ |\d+\. )\s*/u;
  const texts = lines.map((line) => line.replace(marks, '').replace(/\s*(?:\*\/|-->|\|)\s*$/u, ''));
  return texts
    .join(' ')
    .replaceAll(/\s\|\s/gu, ' — ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}
