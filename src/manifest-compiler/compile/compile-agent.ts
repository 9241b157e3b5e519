import type { AgentSpec, ProjectSpec } from '../../manifest/index.ts';
import { compilePrompt, type PromptResult } from '../expressions/index.ts';
import { isTooLarge, normalisePath } from '../read/index.ts';
import type { CompiledAgent } from './compiled.ts';
import type { FaultCollector } from './fault-collector.ts';

type Texts = Pick<ProjectSpec, 'texts'>;

/** A file that the manifests name. Own entries only: a prompt may be the word "constructor". */
export function textOf({ texts }: Texts, file: string): string | undefined {
  const path = pathOf(file);
  return Object.hasOwn(texts, path) ? texts[path] : undefined;
}

export interface AgentContext extends Texts {
  readonly faults: FaultCollector;
  /** Prompts that were compiled, by their text: several agents may share one. */
  readonly prompts: Map<string, PromptResult>;
}

export function compileAgent(
  id: string,
  spec: AgentSpec,
  { texts, faults, prompts }: AgentContext,
): CompiledAgent | undefined {
  const file = textOf({ texts }, spec.prompt);
  if (file !== undefined && isTooLarge(file)) return undefined; // the check of named files has said so
  const text = file ?? spec.prompt;
  const result = prompts.get(text) ?? compilePrompt(text);
  prompts.set(text, result);
  if (result.ok) return { id, spec, prompt: result.prompt };
  const place = { kind: 'agents', path: ['agents', id, 'prompt'], text: spec.prompt } as const;
  if (file === undefined) faults.text('MANIFEST_PROMPT_INVALID', place, result.fault);
  else faults.file('MANIFEST_PROMPT_INVALID', pathOf(spec.prompt), result.fault);
  return undefined;
}

/** What is written over several lines is a text, and no way to a file. */
function pathOf(written: string): string {
  return /[\r\n]/u.test(written) ? written : normalisePath(written);
}
