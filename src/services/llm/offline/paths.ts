const fileEnding =
  'ts|tsx|mts|cts|js|jsx|mjs|cjs|json|jsonl|ya?ml|toml|md|mdx|txt|csv|html?|css|scss|py|rb|rs|go|java|kt|c|h|cc|cpp|hpp|cs|php|sh|sql|xml|svg|png|jpe?g|pdf|ini|lock|env';
const pathLike = new RegExp(
  `(?<![\\w:@/.>*}$<-])(?:\\.{0,2}/)?(?:[\\w@.-]{1,80}/){0,12}[\\w@.-]{1,80}\\.(?:${fileEnding})(?![\\w/]|\\.\\w)`,
  'gu',
);
const folderLike = /(?<![\w:@/.>*}$<-])(?:\.{1,2}\/|[\w@-]{1,80}\/)(?:[\w@.-]{1,80}\/){0,12}(?:[\w@-]{1,80})?/gu;
const productName = /^(?:node|vue|next|nuxt|express|three|d3|deno|backbone|ember)\.js$/iu;
const link = /https?:\/\/[^\s<>"'`)\]]{1,500}/gu;

const mostPaths = 200;

export interface Places {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  readonly links: readonly string[];
}

/** File names, folders and links that occur in a text, in order of appearance. */
export function findPlaces(text: string): Places {
  const links = (text.match(link) ?? []).map((address) => address.replace(/[.,;:!?]+$/u, ''));
  const local = text.replaceAll(link, ' ');
  const files = (local.match(pathLike) ?? []).filter(
    (path) => !productName.test(path) && !/^\.?[\w-]\.\w+$/u.test(path),
  );
  const folders = (local.match(folderLike) ?? []).filter((path) => /^\.|\/$/u.test(path) || path.split('/').length > 2);
  return { files: withoutShortForms(distinct(files)), folders: distinct(folders), links: distinct(links) };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].slice(0, mostPaths);
}

/** "errors.md" says no more than "docs/errors.md" beside it. */
function withoutShortForms(paths: readonly string[]): string[] {
  return paths.filter((path) => path.includes('/') || !paths.some((other) => other.endsWith(`/${path}`)));
}
