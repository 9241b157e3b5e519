/** The encodings of OpenAI that models of today use, by what their names begin with; the first that fits counts. */
const encodings = [
  { name: 'cl100k_base', models: /^(?:gpt-4(?![.o\d])|gpt-3\.5|gpt-35|text-embedding-(?:3|ada-002))/u },
  { name: 'o200k_base', models: /^(?:gpt-|chatgpt-|codex-|o\d)/u },
] as const;
export type EncodingName = (typeof encodings)[number]['name'];

/** The encoding of a model of OpenAI; undefined for models of others. Models that are fine-tuned or behind a router have the name inside. */
export function encodingOf(model: string): EncodingName | undefined {
  const plain = model.replace(/^ft:/u, '').replace(/^openai\//u, '');
  return encodings.find(({ models }) => models.test(plain))?.name;
}
