/** What lies at the bottom of an error of the network: clients wrap it more than once, and the outer texts tell nothing. */
export function networkProblem(error: unknown): string {
  let deepest = error;
  for (let depth = 0; depth < 8 && deepest instanceof Error && deepest.cause instanceof Error; depth += 1)
    deepest = deepest.cause;
  if (!(deepest instanceof Error)) return 'The connection failed';
  const code = 'code' in deepest && typeof deepest.code === 'string' ? deepest.code : '';
  // Where a name has several addresses, Node throws a list of errors whose own message is empty.
  return deepest.message || code || 'The connection failed';
}
