import { partsOf } from './secret-parts.ts';

/** A shorter value has forms that other texts have by chance. */
const shortestEncoded = 8;

/** How a secret stands in texts that were not made for people: in JSON, in addresses, in base64, in digits, and in parts. */
export function encodedForms(value: string): readonly string[] {
  const written = JSON.stringify(value).slice(1, -1);
  if (value.length < shortestEncoded) return [written];
  const bytes = Buffer.from(value);
  const inAddress = encodeURIComponent(value.toWellFormed());
  const hex = bytes.toString('hex');
  return [
    written,
    inAddress,
    inAddress.replaceAll('%20', '+'),
    ...[0, 1, 2].flatMap((before) => inBase64(bytes, before)),
    hex,
    hex.toUpperCase(),
    ...partsOf(value),
  ];
}

/** The characters that stand for a value alone where so many bytes come before it in its group of three. */
function inBase64(bytes: Buffer, before: number): readonly string[] {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replace(/[^=]?=+$/u, '');
  const own = text.slice(Math.ceil((before * 8) / 6));
  return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
}
