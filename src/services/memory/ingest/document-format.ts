import type { DocumentFormat } from './chunk-text.ts';

const endings: Readonly<Record<Exclude<DocumentFormat, 'text'>, string>> = {
  markdown: 'md markdown mdx',
  json: 'json geojson ipynb webmanifest',
  jsonl: 'jsonl ndjson',
  code:
    'ts tsx mts cts js jsx mjs cjs py rb go rs java kt kts scala swift c h cc cpp cxx hpp cs php pl lua r jl sh bash zsh fish ps1 sql ' +
    'css scss less vue svelte dart ex exs erl hs ml clj groovy gradle proto graphql tf zig nim',
};

const formats: ReadonlyMap<string, DocumentFormat> = new Map(
  Object.entries(endings).flatMap(([format, names]) =>
    isFormat(format) ? names.split(' ').map((name): [string, DocumentFormat] => [name, format]) : [],
  ),
);

function isFormat(name: string): name is keyof typeof endings {
  return Object.hasOwn(endings, name);
}

/** How a file is taken apart, by its ending; what no ending tells is text. */
export function formatOf(file: string): DocumentFormat {
  const ending = /\.([^./\\]+)$/u.exec(file)?.[1]?.toLowerCase();
  return formats.get(ending ?? '') ?? 'text';
}
