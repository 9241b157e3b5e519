/** What a manifest may be, so that hostile or accidental size is refused at once instead of felt for minutes. */
export const limits = {
  fileCharacters: 10 * 1_048_576,
  /** YAML is read at about half a million tokens a second; JSON has no such limit. */
  yamlTokens: 600_000,
  depth: 200,
  /** Values that aliases may add to a file by standing for what they name. */
  aliasedValues: 20_000,
} as const;
