import { fail } from '../failures.ts';
import { garbled } from './answer-failures.ts';
import type { Answer } from './hop.ts';

const charset = /;\s*charset="?(?<label>[\w.:-]+)/iu;
const json = /^application\/(?:[\w.-]+\+)?json\b/iu;

/** The body as text, or as what it says when it is JSON. Throws the failure of one that is neither. */
export function readText({ headers, body }: Answer, tool: string): unknown {
  const type = headers['content-type'] ?? '';
  const text = decode(body, { label: charset.exec(type)?.groups?.['label'] ?? 'utf-8', tool });
  if (!json.test(type.trim()) || text === '') return text;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return fail(garbled(tool, 'it is called JSON and is none'));
  }
}

function decode(body: Buffer, { label, tool }: { readonly label: string; readonly tool: string }): string {
  try {
    return new TextDecoder(label, { fatal: true }).decode(body);
  } catch {
    return fail(garbled(tool, 'it is no text'));
  }
}
