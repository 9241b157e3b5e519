/** Reads the part of a regular expression that starts at an offset, and writes a text that it matches. */
interface Sampler {
  readonly pattern: string;
  offset: number;
  /** Groups inside groups. */
  depth: number;
}

const classes: Readonly<Record<string, string>> = {
  d: '0',
  w: 'a',
  s: ' ',
  D: 'a',
  W: '-',
  S: 'a',
  t: '\t',
  n: '\n',
  r: '\r',
};
const likely = Array.from('a0A-_. /:@#1b');

/** A short text that fits a simple pattern; undefined when none was found. */
export function patternSample(pattern: string, minLength: number): string | undefined {
  const expression = compile(pattern);
  if (expression === undefined || pattern.length > 500) return undefined;
  const sampler: Sampler = { pattern, offset: 0, depth: 0 };
  const sample = readAlternatives(sampler);
  const tries = [
    sample,
    sample.padEnd(minLength, sample.at(-1) ?? 'a'),
    sample.padEnd(minLength, 'a'),
    'a'.repeat(Math.min(minLength, 1_000)),
  ];
  return tries.find((text) => text.length >= minLength && expression.test(text));
}

function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

/** The first alternative; the others are read past. */
function readAlternatives(sampler: Sampler): string {
  let first: string | undefined;
  let text = '';
  while (sampler.offset < sampler.pattern.length && sampler.pattern.charAt(sampler.offset) !== ')') {
    if (sampler.pattern.charAt(sampler.offset) === '|') {
      first ??= text;
      text = '';
      sampler.offset += 1;
    } else {
      text += readTerm(sampler);
    }
  }
  return first ?? text;
}

function readTerm(sampler: Sampler): string {
  const atom = readAtom(sampler);
  const quantifier = /^(?:\{(\d{1,4})(?:,\d*)?\}|[*+?])\??/u.exec(
    sampler.pattern.slice(sampler.offset, sampler.offset + 20),
  );
  if (quantifier === null) return atom;
  sampler.offset += quantifier[0].length;
  if (quantifier[1] !== undefined) return atom.repeat(Number(quantifier[1]));
  return quantifier[0].startsWith('+') ? atom : '';
}

function readAtom(sampler: Sampler): string {
  const character = sampler.pattern.charAt(sampler.offset);
  sampler.offset += 1;
  if (character === '^' || character === '$') return '';
  if (character === '.') return 'a';
  if (character === '\\') return readEscape(sampler);
  if (character === '[') return readClass(sampler);
  return character === '(' ? readGroup(sampler) : character;
}

function readEscape(sampler: Sampler): string {
  const character = sampler.pattern.charAt(sampler.offset);
  sampler.offset += 1;
  if (character === 'b' || character === 'B') return '';
  const property = /^\{[^}]{0,40}\}/u.exec(sampler.pattern.slice(sampler.offset, sampler.offset + 42));
  if ((character === 'p' || character === 'P') && property !== null) {
    sampler.offset += property[0].length;
    return property[0].includes('N') ? '0' : property[0].includes('Lu') ? 'A' : 'a';
  }
  return classes[character] ?? character;
}

/** The first likely character that the class itself accepts. */
function readClass(sampler: Sampler): string {
  const start = sampler.offset - 1;
  let end = sampler.offset;
  while (end < sampler.pattern.length && sampler.pattern.charAt(end) !== ']')
    end += sampler.pattern.charAt(end) === '\\' ? 2 : 1;
  sampler.offset = end + 1;
  const source = sampler.pattern.slice(start, end + 1);
  const expression = compile(`^${source}$`);
  return [...likely, ...Array.from(source)].find((character) => expression?.test(character) === true) ?? '';
}

function readGroup(sampler: Sampler): string {
  const prefix =
    /^\?(?::|<[A-Za-z]\w{0,40}>|<?[=!])/u.exec(sampler.pattern.slice(sampler.offset, sampler.offset + 45))?.[0] ?? '';
  sampler.offset += prefix.length;
  sampler.depth += 1;
  const text = sampler.depth > 20 ? '' : readAlternatives(sampler);
  sampler.depth -= 1;
  sampler.offset += 1;
  return /[=!]$/u.test(prefix) ? '' : text;
}
