/** `${env:NAME}` and `${file:path}`. A path holds nothing that could begin or end another one. */
const outsideValue = /\$\{(?:env:(?<variable>[A-Za-z_]\w*)|(?<file>file:[^{}$\p{Cc}]+))\}/gu;

/** Stands before the path of a secret file where it is a name beside those of environment variables. */
const filePrefix = 'file:';

/** True for a text that asks for a value from outside of the manifests: it is not known before the engine is opened. */
export function takesOutsideValue(text: string): boolean {
  return text.includes('${env:') || text.includes('${file:');
}

/** Names of the values that a text asks for: "NAME" for a variable, "file:path" for a secret file. */
export function outsideNames(text: string): readonly string[] {
  return [...text.matchAll(outsideValue)].map(({ groups }) => nameIn(groups));
}

/** The text with other texts in place of what it asks for; `written` is the whole `${…}`. */
export function replaceOutside(text: string, replacement: (name: string, written: string) => string): string {
  if (!takesOutsideValue(text)) return text;
  let result = '';
  let end = 0;
  for (const match of text.matchAll(outsideValue)) {
    result += text.slice(end, match.index) + replacement(nameIn(match.groups), match[0]);
    end = match.index + match[0].length;
  }
  return result + text.slice(end);
}

/** The path of a secret file, as it is written, of a name. */
export function secretPath(name: string): string | undefined {
  return name.startsWith(filePrefix) ? name.slice(filePrefix.length) : undefined;
}

function nameIn(groups: Record<string, string | undefined> | undefined): string {
  return groups?.['variable'] ?? groups?.['file'] ?? '';
}
