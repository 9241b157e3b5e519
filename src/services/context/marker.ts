/** What a marker stands for. */
export interface Omitted {
  readonly items: number;
  readonly tokens: number;
}

export const nothingOmitted: Omitted = { items: 0, tokens: 0 };

/** Stands where something was left out: "[… 12 items, 3,410 tokens left out]". */
export function marker({ items, tokens }: Omitted): string {
  return `[… ${counted(items, 'item')}, ${counted(tokens, 'token')} left out]`;
}

export function addOmitted(left: Omitted, right: Omitted): Omitted {
  return { items: left.items + right.items, tokens: left.tokens + right.tokens };
}

/** The commas are put in by hand, since those of a locale depend on the machine. */
function counted(count: number, word: string): string {
  const digits = String(count).replace(/\B(?=(?:\d{3})+$)/gu, ',');
  return `${digits} ${word}${count === 1 ? '' : 's'}`;
}
