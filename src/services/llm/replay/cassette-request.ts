import { z } from 'zod';
import type { GenerateOptions, Prompt } from '../port.ts';

/** A text, a line each, so that cassettes can be compared by eye. */
export const lines = z.array(z.string()).min(1);

/** What a model was asked, in plain JSON with sorted keys: two calls that ask the same are the same text. */
export const CassetteRequest = z.strictObject({
  system: lines,
  messages: z.array(z.looseObject({ role: z.string(), content: lines })),
  output_schema: z.unknown().exactOptional(),
  tools: z.array(z.unknown()).exactOptional(),
  tool_choice: z.string().exactOptional(),
  temperature: z.number().exactOptional(),
});
export type CassetteRequest = z.infer<typeof CassetteRequest>;

/**
 * The length of the answer is no part of it: what budgets leave of it hangs on what runs beside. Nor is the name of the
 * model, or a cassette could not be played for another one.
 */
export function cassetteRequest(prompt: Prompt, options: GenerateOptions): CassetteRequest {
  const { outputSchema, tools = [], toolChoice = 'auto', temperature } = options;
  return {
    system: linesOf(prompt.system),
    messages: prompt.messages.map((message) => {
      const { role, content, ...rest } = message;
      return { role, ...sortedMap(rest), content: linesOf(content) };
    }),
    ...(outputSchema !== undefined && { output_schema: sorted(outputSchema) }),
    ...(tools.length > 0 && { tools: tools.map(sorted) }),
    ...(toolChoice !== 'auto' && { tool_choice: toolChoice }),
    ...(temperature !== undefined && { temperature }),
  };
}

export function linesOf(text: string): string[] {
  return text.split('\n');
}

export function keyOf(request: CassetteRequest): string {
  return JSON.stringify(sorted(request));
}

/** Plain JSON with the keys of every map in order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  return typeof value === 'object' && value !== null ? sortedMap(value) : value;
}

function sortedMap(map: object): Record<string, unknown> {
  const entries = Object.entries(map).filter(([, part]) => part !== undefined);
  return Object.fromEntries(
    entries.toSorted(([one], [other]) => compare(one, other)).map(([key, part]) => [key, sorted(part)]),
  );
}

export function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
