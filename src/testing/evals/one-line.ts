const unprintable = /[\p{Cc}\p{Cs}\u061C\u200B\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/gu;

/** A text as a report shows it: what a model wrote can neither begin a row of its own, nor steer a terminal, nor turn words around. */
export function oneLine(text: string): string {
  const visible = text.replace(unprintable, (character) =>
    /\s/u.test(character) ? ' ' : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
  return visible.replaceAll(/\s+/gu, ' ').trim();
}
