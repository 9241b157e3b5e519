const maxAlternatives = 64;

/**
 * A glob that comes from a model: "*" and "?" inside a name, "**" for any directories, "{a,b}" for alternatives, all
 * else literal. It takes time in proportion to pattern times path, whatever the pattern; one made into a regular
 * expression could take for ever. Undefined when it has too many alternatives.
 */
export function compileGlob(glob: string): ((path: string) => boolean) | undefined {
  const alternatives = expandBraces(glob);
  if (alternatives === undefined) return undefined;
  const patterns = alternatives.map((alternative) => alternative.replace(/^\.\//u, '').split('/'));
  return (path) => {
    const names = path.split('/');
    return patterns.some((pattern) => matchNames(pattern, names));
  };
}

function expandBraces(glob: string): string[] | undefined {
  const pending = [glob];
  const expanded: string[] = [];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const braces = /\{(?<choices>[^{},]*(?:,[^{},]*)+)\}/u.exec(next);
    const choices = braces?.groups?.['choices'];
    if (braces === null || choices === undefined) {
      expanded.push(next);
      continue;
    }
    const [before, after] = [next.slice(0, braces.index), next.slice(braces.index + braces[0].length)];
    pending.push(...choices.split(',').map((choice) => before + choice + after));
    if (pending.length + expanded.length > maxAlternatives) return undefined;
  }
  return expanded;
}

const matchNames = wildcardMatcher<string>(
  (item) => item === '**',
  (item, name) => matchName(Array.from(item), Array.from(name)),
);

const matchName = wildcardMatcher<string>(
  (item) => item === '*',
  (item, character) => item === '?' || item === character,
);

/** Matches a sequence against a pattern in which some items stand for any run; goes back only to the last of those. */
function wildcardMatcher<Item>(
  isAnyRun: (item: Item) => boolean,
  matchesOne: (item: Item, value: Item) => boolean,
): (pattern: readonly Item[], values: readonly Item[]) => boolean {
  return (pattern, values) => {
    let [at, index, runAt, runEnd] = [0, 0, -1, 0];
    while (index < values.length) {
      const [item, value] = [pattern[at], values[index]];
      if (item !== undefined && isAnyRun(item)) {
        [runAt, runEnd] = [at, index];
        at += 1;
      } else if (item !== undefined && value !== undefined && matchesOne(item, value)) {
        at += 1;
        index += 1;
      } else if (runAt >= 0) {
        runEnd += 1;
        [at, index] = [runAt + 1, runEnd];
      } else return false;
    }
    return pattern.slice(at).every(isAnyRun);
  };
}
