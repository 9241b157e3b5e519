/** A path relative to the project directory in its shortest form, with "/" alone; what leads out begins with "..". */
export function normalisePath(path: string): string {
  const text = path.replaceAll('\\', '/');
  const isAbsolute = text.startsWith('/') || /^[A-Za-z]:/u.test(text);
  const parts: string[] = [];
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..' || (parts.length === 0 && !isAbsolute) || parts.at(-1) === '..') parts.push(part);
    else parts.pop();
  }
  const joined = parts.join('/');
  if (text.startsWith('/')) return `/${joined}`;
  return joined === '' ? '.' : joined;
}

/** True when a normalised path leads to something below the project directory. */
export function isInsideProject(path: string): boolean {
  return (
    path !== '.' &&
    path !== '..' &&
    !path.startsWith('../') &&
    !path.startsWith('/') &&
    !/^[A-Za-z]:/u.test(path) &&
    !path.includes('\0')
  );
}
