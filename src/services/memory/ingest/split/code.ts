import { titleOf, type Block } from './block.ts';
import { isBlank, linesOf } from './text.ts';

/** Ends what began above, though it stands at the margin. */
const closing = /^(?:[})\]]|end\b|else\b|elif\b|except\b|finally\b|catch\b|done\b|fi\b|esac\b)/u;
const comment = /^(?:\/\/|\/\*|\*|#(?!include|define)|--|"""|@)/u;
const mostLooked = 400;

/** Declarations: what begins at the margin behind a blank line, up to the next such line. */
export function splitCode(text: string): Block[] {
  const blocks: Block[] = [];
  let open: { start: number; end: number; title?: string } | undefined;
  let isAfterBlank = true;
  for (const line of linesOf(text)) {
    if (isBlank(text, line)) {
      isAfterBlank = true;
      continue;
    }
    const start = text.slice(line.start, Math.min(line.end, line.start + mostLooked));
    const begins = isAfterBlank && !/^\s/u.test(start) && !closing.test(start);
    if (open !== undefined && begins) {
      blocks.push({ ...open, headings: [] });
      open = undefined;
    }
    open = { ...open, start: open?.start ?? line.start, end: line.end };
    if (open.title === undefined && !comment.test(start.trim())) open.title = titleOf(start);
    isAfterBlank = false;
  }
  if (open !== undefined) blocks.push({ ...open, headings: [] });
  return blocks;
}
