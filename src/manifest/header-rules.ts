/** What the client itself sets: they frame the message or say how it travels, and would make it another one. */
const ownHeaders: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'accept-encoding',
  'proxy-authorization',
  'proxy-connection',
]);

/** Why a request cannot have the header, if it cannot; the end of a sentence that shows no value. */
export function headerProblem(name: string, value: string): string | undefined {
  if (!/^[\w!#$%&'*+.^`|~-]+$/u.test(name)) return `"${name}" is no name of a header`;
  if (ownHeaders.has(name.toLowerCase())) return `"${name}" is set by the client alone`;
  return isHeaderValue(value) ? undefined : `"${name}" holds a line end or a character outside of Latin-1`;
}

/** No control characters, so that a value never ends its line and begins another header. */
export function isHeaderValue(value: string): boolean {
  return /^[\t\u0020-\u007E\u0080-\u00FF]*$/u.test(value);
}
