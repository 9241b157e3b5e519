/** What a manifest may be, so that hostile or accidental size is refused at once instead of felt for minutes. */
export const limits = {
  fileBytes: 10 * 1_048_576,
  /** YAML is read at about half a million tokens a second. */
  yamlTokens: 600_000,
  jsonValues: 500_000,
  /** Of a file in schemas/, which is compiled to a program. */
  schemaCharacters: 1_048_576,
  depth: 200,
  /** Of all workflows of a project together. */
  nodes: 10_000,
  edges: 30_000,
  /** Workflow files that run one another. */
  workflowFiles: 20,
  /** Values that aliases may add to a file by standing for what they name. */
  aliasedValues: 20_000,
} as const;

/** True for a text that takes more bytes as a file than a file may have. */
export function isTooLarge(text: string): boolean {
  // One UTF-16 unit takes three bytes at most.
  if (text.length * 3 <= limits.fileBytes) return false;
  return text.length > limits.fileBytes || new TextEncoder().encode(text).length > limits.fileBytes;
}
