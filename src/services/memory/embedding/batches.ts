const mostCharacters = 100_000;
/** Models take 8192 tokens or fewer, and a vector of a longer text says little of each part. */
const mostOfText = 8_000;

/** A text as it is sent: no provider takes half a character, and not each takes more than it reads. */
export function sentText(text: string): string {
  return text.slice(0, mostOfText).toWellFormed();
}

/** The texts, in their order, in as many requests as they need. */
export function batchesOf(texts: readonly string[], mostTexts: number): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let batch: string[] = [];
  let characters = 0;
  for (const text of texts) {
    if (batch.length > 0 && (batch.length >= mostTexts || characters + text.length > mostCharacters)) {
      batches.push(batch);
      batch = [];
      characters = 0;
    }
    batch.push(text);
    characters += text.length;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
