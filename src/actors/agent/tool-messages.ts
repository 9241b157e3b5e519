import type { Failure } from '../../errors/index.ts';
import type { PromptMessage } from '../../services/index.ts';
import type { ToolStepResult } from './call.ts';
import { fenceUntrusted } from './prompt/index.ts';
import { shortened } from './shortened.ts';
import type { Act } from './talk.ts';

/** What the model is told of its steps. */
export function messagesOf(
  { callIds, problem }: Act,
  results: readonly ToolStepResult[],
  characters = mostShown,
): readonly PromptMessage[] {
  const most = Math.min(mostOfOne, Math.ceil(characters / Math.max(1, results.length)));
  if (problem !== undefined) return [{ role: 'user', content: `Your tool plan was not run. ${sentences(problem)}` }];
  if (callIds === undefined) {
    const parts = results.map(
      (result) => `Step "${result.id}" ${result.ok ? 'succeeded' : 'failed'}:\n${contentOf(result, most)}`,
    );
    return [{ role: 'user', content: ['Your tool plan was run.', ...parts].join('\n\n') }];
  }
  return results.map((result, at) => ({
    role: 'tool',
    callId: callIds[at] ?? result.id,
    tool: result.tool,
    content: contentOf(result, most),
    ...(!result.ok && { isError: true as const }),
  }));
}

/** Characters that are shown of all results of a cycle together; many results have less each. */
export const mostShown = 64_000;
const mostOfOne = 32_000;

function contentOf(result: ToolStepResult, most: number): string {
  const said = result.ok ? outputText(result) : sentences(result.failure);
  return fenceUntrusted(`tool/${result.tool}`, shortened(said, most));
}

/** What a safe mode left undone must not look as if it had been done. */
function outputText({ output, notRun }: ToolStepResult & { ok: true }): string {
  if (notRun === undefined) return asText(output);
  return notRun === 'analysis_only'
    ? 'not run: analysis_only'
    : `not run: dry_run. It would do this: ${asText(output)}`;
}

function asText(output: unknown): string {
  return typeof output === 'string' ? output : JSON.stringify(output ?? null);
}

function sentences({ code, message, hint }: Failure): string {
  return [message, hint, `(${code})`].filter((part) => part !== undefined).join(' ');
}
