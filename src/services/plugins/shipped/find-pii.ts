import { isIPv6 } from 'node:net';
import { piiKinds, type PiiKind } from '../../../manifest/index.ts';
import { withCleanKeys } from '../../telemetry/index.ts';

interface Finder {
  /** Bounded everywhere, so that no text takes long. */
  readonly pattern: RegExp;
  /** Tells what only looks like it. */
  readonly holds?: (found: string) => boolean;
}

/** What is looked for, by its kind, in the order in which texts are gone through. As good as patterns are: they miss things. */
const finders: Readonly<Record<PiiKind, readonly Finder[]>> = {
  email: [{ pattern: /(?<![\w.%+-])[\w.%+-]{1,64}@(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2,63}(?![\w-])/giu }],
  iban: [{ pattern: /(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?(?!\w)/gu, holds: isIban }],
  credit_card: [{ pattern: /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])/gu, holds: isCardNumber }],
  ip: [
    { pattern: /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)/gu, holds: isIPv4Address },
    { pattern: /(?<![\w:.])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\w:])/giu, holds: isIPv6Address },
  ],
  phone: [
    { pattern: /(?<![\w+])\+\d(?:[ ()./-]{0,2}\d){7,14}(?!\w)/gu },
    { pattern: /(?<![\w.-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])/gu },
  ],
};

/** The text with everything of these kinds replaced by a mark that names the kind. */
export function withoutPii(text: string, kinds: readonly PiiKind[] = piiKinds): string {
  let left = text;
  for (const kind of piiKinds.filter((one) => kinds.includes(one))) {
    for (const { pattern, holds } of finders[kind])
      left = left.replaceAll(pattern, (found) => (holds?.(found) === false ? found : `[redacted ${kind}]`));
  }
  return left;
}

/** The same for every text in plain data: its values, its keys, and numbers that are long enough to be those of cards. */
export function withoutPiiIn<Value>(value: Value, kinds: readonly PiiKind[]): Value;
export function withoutPiiIn(value: unknown, kinds: readonly PiiKind[]): unknown {
  if (typeof value === 'string') return withoutPii(value, kinds);
  if (typeof value === 'number') return numberWithoutPii(value, kinds);
  if (Array.isArray(value)) return value.map((item: unknown) => withoutPiiIn<unknown>(item, kinds));
  if (typeof value !== 'object' || value === null) return value;
  return withCleanKeys(
    Object.entries(value).map(([key, part]) => [key, withoutPiiIn<unknown>(part, kinds)]),
    (key) => withoutPii(key, kinds),
  );
}

/** Shorter ones are mostly times. */
const shortestCard = 1e13;

function numberWithoutPii(value: number, kinds: readonly PiiKind[]): number | string {
  if (value < shortestCard || !Number.isSafeInteger(value)) return value;
  const text = String(value);
  const clean = withoutPii(text, kinds);
  return clean === text ? value : clean;
}

/** ISO 13616: moved to the end and read as digits, it leaves 1 when it is divided by 97. */
function isIban(found: string): boolean {
  const text = found.replaceAll(' ', '');
  if (text.length < 15 || text.length > 34) return false;
  let rest = 0;
  for (const letter of `${text.slice(4)}${text.slice(0, 4)}`) {
    const value = Number.parseInt(letter, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** Luhn: every second digit from the right counts twice. */
function isCardNumber(found: string): boolean {
  const digits = Array.from(found.replaceAll(/\D/gu, ''), Number).toReversed();
  if (digits.every((digit) => digit === digits[0])) return false;
  const sum = digits.reduce((total, digit, place) => {
    const counted = place % 2 === 0 ? digit : digit * 2;
    return total + (counted > 9 ? counted - 9 : counted);
  }, 0);
  return sum % 10 === 0;
}

function isIPv4Address(found: string): boolean {
  return found.split('.').every((part) => Number(part) <= 255);
}

function isIPv6Address(found: string): boolean {
  return /[\da-f]/iu.test(found) && isIPv6(found);
}
