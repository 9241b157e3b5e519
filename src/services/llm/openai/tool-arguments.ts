import type { ToolCall } from '../port.ts';

/** The object that a model wrote as text, or the text where it is none. Some servers write nothing for no arguments. */
export function readArguments(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : text;
  } catch {
    return text;
  }
}

export function writeArguments({ arguments: given }: ToolCall): string {
  return typeof given === 'string' ? given : JSON.stringify(given);
}

/** What tools answered has no place for failures: the text says it. */
export function toolOutput({ content, isError }: { readonly content: string; readonly isError?: true }): string {
  return isError === true ? `The call failed: ${content}` : content;
}
