/**
 * The vector brought to length 1. Sums in one order and a square root are the same on every machine, which Math.hypot need not
 * be. Undefined for one whose length is no number.
 */
export function unitVector(numbers: ArrayLike<number>): Float32Array | undefined {
  let squares = 0;
  for (let at = 0; at < numbers.length; at += 1) squares += (numbers[at] ?? 0) ** 2;
  const length = Math.sqrt(squares);
  if (!Number.isFinite(length)) return undefined;
  return Float32Array.from(numbers, (number) => (length === 0 ? 0 : number / length));
}
