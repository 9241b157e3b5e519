/** Stands where something was left out: "[… 12 items, 3,410 tokens left out]". */
export function marker({ items, tokens }: { readonly items?: number; readonly tokens: number }): string {
  const counts = items === undefined ? [counted(tokens, 'token')] : [counted(items, 'item'), counted(tokens, 'token')];
  return `[… ${counts.join(', ')} left out]`;
}

function counted(count: number, word: string): string {
  return `${count.toLocaleString('en-US')} ${word}${count === 1 ? '' : 's'}`;
}
