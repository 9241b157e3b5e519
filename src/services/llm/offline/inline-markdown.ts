const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&apos;': "'",
  '&#39;': "'",
  '&gt;': '>',
  '&lt;': '<',
  '&nbsp;': ' ',
  '&quot;': '"',
};

/** The lengths are bounded so that a text of nothing but brackets takes no quadratic time. */
const replacements: readonly [RegExp, string][] = [
  [/!\[[^\]]{0,300}\](?:\([^)]{0,500}\)|\[[^\]]{0,100}\])/gu, ''],
  [/\[([^\]]{0,300})\](?:\([^)]{0,500}\)|\[[^\]]{0,100}\])/gu, '$1'],
  [/<(https?:[^>\s]{1,500})>/gu, '$1'],
  [/<\/?[a-z][^<>]{0,300}>/giu, ''],
  [/\[\^[^\]]{1,50}\]|\[[ x]\] /gu, ''],
  [/(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])/gu, ''],
  [/(?<!\w)_{1,3}(?=\w)|(?<=[\w.!?,:;])_{1,3}(?!\w)/gu, ''],
  [/~~/gu, ''],
];

/** Stands for a piece of code while the marks around it are taken off. */
const hidden = '\uE000';

/** Text without the marks of Markdown and HTML; what stands in back-ticks stays as it is. */
export function plainInline(text: string): string {
  const parts = text.replaceAll(hidden, '').split('`');
  const isBalanced = parts.length % 2 === 1;
  const code = isBalanced ? parts.filter((_part, index) => index % 2 === 1) : [];
  const masked = isBalanced ? parts.map((part, index) => (index % 2 === 1 ? hidden : part)) : parts;
  const pieces = plainPart(masked.join('')).split(hidden);
  const plain = pieces.map((piece, index) => piece + (code[index] ?? '')).join('');
  return plain
    .replaceAll(/\s+/gu, ' ')
    .replace(/^[\p{Extended_Pictographic}\uFE0F→➡\s]+(?=\D)/u, '')
    .trim();
}

function plainPart(text: string): string {
  let plain = text;
  for (const [pattern, replacement] of replacements) plain = plain.replaceAll(pattern, replacement);
  return plain.replaceAll(/&(?:amp|apos|#39|gt|lt|nbsp|quot);/gu, (entity) => entities[entity] ?? entity);
}
