import { z } from 'zod';

export const Edit = z.strictObject({
  search: z
    .string()
    .min(1)
    .max(1_000_000)
    .meta({ description: 'The passage as it is in the file, blanks and line ends included.' }),
  replace: z.string().max(1_000_000).meta({ description: 'What stands there afterwards.' }),
  all: z
    .boolean()
    .optional()
    .meta({ description: 'Replace it wherever it is. Default: false, and it has to be there exactly once.' }),
});
export type Edit = z.infer<typeof Edit>;

/** A file that ends every line the way of Windows keeps to it, however the lines of an edit end. */
export function withLineEndsOf(text: string, edits: readonly Edit[]): readonly Edit[] {
  if (!/\r\n/u.test(text) || /(?:^|[^\r])\n/u.test(text)) return edits;
  return edits.map((edit) => ({ ...edit, search: windowsLines(edit.search), replace: windowsLines(edit.replace) }));
}

function windowsLines(text: string): string {
  return text.replaceAll(/\r?\n/gu, '\r\n');
}
