interface StringFormat {
  /** Finds values of the format in a text. */
  readonly find: RegExp;
  /** A value that claims nothing, for a field that must be there. */
  readonly neutral: string;
}

const month = '(?:0[1-9]|1[0-2])';
const day = '(?:0[1-9]|[12]\\d|3[01])';
const clock = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)';

const stringFormats: Readonly<Record<string, StringFormat>> = {
  date: { find: new RegExp(`\\b\\d{4}-${month}-${day}\\b`, 'gu'), neutral: '1970-01-01' },
  'date-time': { find: new RegExp(`\\b\\d{4}-${month}-${day}T${clock}`, 'gu'), neutral: '1970-01-01T00:00:00Z' },
  time: { find: new RegExp(`\\b${clock}`, 'gu'), neutral: '00:00:00Z' },
  duration: { find: /\bP(?:\d{1,9}[YMWD]){1,4}(?:T(?:\d{1,9}[HMS]){1,3})?\b/gu, neutral: 'PT0S' },
  email: { find: /\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\b/gu, neutral: 'nobody@example.invalid' },
  hostname: { find: /\b[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){0,4}\.[a-z]{2,12}\b/gu, neutral: 'example.invalid' },
  ipv4: { find: /\b\d{1,3}(?:\.\d{1,3}){3}\b/gu, neutral: '0.0.0.0' },
  ipv6: { find: /\b[\da-f]{1,4}(?::[\da-f]{1,4}){7}\b/giu, neutral: '::' },
  uri: {
    find: /\bhttps?:\/\/[\w.-]{1,200}(?::\d{1,5})?(?:\/[\w./%~?#=&+-]{0,300}[\w/])?/gu,
    neutral: 'https://example.invalid/',
  },
  'uri-reference': { find: /\bhttps?:\/\/[\w.-]{1,200}(?:\/[\w./%~-]{0,300}[\w/])?/gu, neutral: '/' },
  uuid: {
    find: /\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/giu,
    neutral: '00000000-0000-0000-0000-000000000000',
  },
  version: { find: /(?<![\w.])v?\d{1,4}\.\d{1,4}(?:\.\d{1,6})?(?:-[\w.]{1,30}\w)?(?![\w]|\.\d)/gu, neutral: '' },
  regex: { find: /(?!)/gu, neutral: '' },
  'json-pointer': { find: /(?!)/gu, neutral: '' },
};

/** Values of a format that stand in the text, in order; undefined for an unknown format. */
export function findFormat(format: string, text: string): string[] | undefined {
  const known = Object.hasOwn(stringFormats, format) ? stringFormats[format] : undefined;
  return known === undefined ? undefined : [...new Set(text.match(known.find))];
}

/** True unless the format is known and the text is of another one. */
export function hasFormat(format: string, text: string): boolean {
  const found = findFormat(format, text);
  return found === undefined || text === neutralOf(format) || found[0] === text;
}

export function neutralOf(format: string): string | undefined {
  return Object.hasOwn(stringFormats, format) ? stringFormats[format]?.neutral : undefined;
}
