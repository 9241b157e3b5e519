import { codeUnits } from './code-units.ts';
import { linesOf } from './lines.ts';
import { sentencesOf } from './sentences.ts';
import type { Unit } from './unit.ts';

const heading = /^\s{0,3}#{1,6}\s/u;
const listItem = /^\s*(?:[-*+•]|\d{1,3}[.)])\s/u;
const tableRow = /^\s*\|/u;
const fence = /^\s{0,3}(?:```|~~~)/u;
const blank = /^\s*$/u;

/** Longest block of code that is kept or left out as a whole, in lines. */
const shortBlock = 12;

/** The units of prose and Markdown: headings, items of lists, rows of tables, blocks of code, sentences of paragraphs. */
export function proseUnits(text: string): readonly Unit[] {
  const units: Unit[] = [];
  let paragraph = '';
  let hasText = false;
  let block: string[] | undefined;
  const endParagraph = (): void => {
    // One by one: as arguments of one call they could be too many.
    for (const [at, sentence] of sentencesOf(paragraph).entries()) units.push(asUnit(sentence, at));
    paragraph = '';
    hasText = false;
  };
  for (const line of linesOf(text)) {
    const isFence = fence.test(line);
    const form = lineForm(line);
    if (block !== undefined) {
      block.push(line);
      if (!isFence) continue;
      for (const unit of blockUnits(block)) units.push(unit);
      block = undefined;
    } else if (isFence) {
      endParagraph();
      block = [line];
    } else if (form !== undefined) {
      endParagraph();
      units.push({ text: line, form, isFirst: false });
    } else {
      paragraph += line;
      hasText ||= !blank.test(line);
      if (hasText && blank.test(line)) endParagraph();
    }
  }
  endParagraph();
  return units.concat(blockUnits(block ?? []));
}

/** That of lines that are units by themselves. */
function lineForm(line: string): 'heading' | 'list_item' | undefined {
  if (heading.test(line)) return 'heading';
  return listItem.test(line) || tableRow.test(line) ? 'list_item' : undefined;
}

function asUnit(text: string, at: number): Unit {
  return { text, form: 'sentence', isFirst: at === 0 };
}

function blockUnits(lines: readonly string[]): readonly Unit[] {
  const text = lines.join('');
  if (text === '') return [];
  return lines.length <= shortBlock ? [{ text, form: 'code', isFirst: false }] : codeUnits(text);
}
