/** A fenced block of a Markdown page. */
export interface MarkdownBlock {
  readonly language: string;
  readonly text: string;
  /** The paragraph above it. */
  readonly before: string;
  /** The paragraph below it. */
  readonly after: string;
}

export function markdownBlocks(page: string): readonly MarkdownBlock[] {
  return [...page.matchAll(/^```(?<language>\w+)\n(?<text>.*?)^```$/gmsu)].map((match) => ({
    language: match.groups?.['language'] ?? '',
    text: match.groups?.['text'] ?? '',
    before: page.slice(0, match.index).trimEnd().split('\n\n').at(-1) ?? '',
    after:
      page
        .slice(match.index + match[0].length)
        .trimStart()
        .split('\n\n')[0] ?? '',
  }));
}
