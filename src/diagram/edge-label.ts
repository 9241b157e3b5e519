import { FailureCategoryName } from '../manifest/index.ts';
import type { OutlineEdge } from '../manifest-compiler/index.ts';

/** What is written beside an edge; nothing where the edge is always taken. */
export function edgeLabel({
  kind,
  choice,
  categories,
}: Pick<OutlineEdge, 'kind' | 'choice' | 'categories'>): string | undefined {
  switch (kind) {
    case 'normal':
      return undefined;
    case 'conditional':
      return `[${choice ?? ''}]`;
    case 'error':
      return withCategories('✕', categories);
    case 'fallback':
      return withCategories('↪', categories);
  }
}

/** The mark alone stands for any failure. */
function withCategories(mark: string, categories: OutlineEdge['categories']): string {
  const isAny = categories === undefined || categories.length === FailureCategoryName.options.length;
  return isAny ? mark : `${mark} ${categories.join(', ')}`;
}
