import type { EngineEvent } from '../../engine/index.ts';
import { costText, durationText } from '../text/format-values.ts';
import { safeLine } from '../text/safe-text.ts';

/** Something an agent did, or that happened to it, and what is said of it on one line. */
export interface AgentNews {
  readonly node: string;
  readonly kind: 'used' | 'asked' | 'switched' | 'budget';
  readonly text: string;
}

type DataOf<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>['data'];

/** `failed` is the model call before, if it failed. */
export function newsOf(event: EngineEvent, failed: DataOf<'llm.failed'> | undefined): AgentNews | undefined {
  const { nodeId: node } = event;
  if (node === undefined) return undefined;
  if (isToolEnd(event)) return event.data.step === undefined ? undefined : { node, kind: 'used', text: useText(event) };
  if (event.type === 'json.reasked') {
    const { strategy, failure } = event.data;
    const what = strategy === 'escalate' ? 'asked another model' : 'asked again';
    return { node, kind: 'asked', text: `${what}: ${safeLine(failure.message)}` };
  }
  if (event.type === 'llm.requested') {
    const { model } = event.data;
    if (failed === undefined || failed.model === model) return undefined;
    return { node, kind: 'switched', text: `${failed.model} failed: ${failed.failure.code}; asking ${model}` };
  }
  if (event.type === 'budget.warned') return { node, kind: 'budget', text: spentText(event.data) };
  if (event.type !== 'budget.exceeded') return undefined;
  const then = event.data.action === 'degrade' ? 'going on with another model' : 'stopping';
  return { node, kind: 'budget', text: `${spentText(event.data)}, ${leftText(event.data)}; ${then}` };
}

type ToolEnd = Extract<EngineEvent, { type: 'tool.finished' | 'tool.failed' | 'tool.denied' }>;

export function isToolEnd(event: EngineEvent): event is ToolEnd {
  return event.type === 'tool.finished' || event.type === 'tool.failed' || event.type === 'tool.denied';
}

function useText(event: ToolEnd): string {
  const { tool } = event.data;
  if (event.type === 'tool.denied') return `${tool} denied: ${safeLine(event.data.reason)}`;
  const name = `${tool} in ${durationText(event.data.durationMs)}`;
  if (event.type === 'tool.finished') return name;
  const { code, message } = event.data.failure;
  return `${name}, failed: ${code} ${safeLine(message)}`;
}

/** A call is also refused when something is left, and it needs more. */
function leftText({ spentTokens, spentUsd, maxTokens, maxUsd }: DataOf<'budget.exceeded'>): string {
  const isAll = spentTokens >= (maxTokens ?? Infinity) || spentUsd >= (maxUsd ?? Infinity);
  return isAll ? 'which is all' : 'and the rest is too little for the next call';
}

/** Of both limits the one that is nearer. */
function spentText({ scope, id, spentTokens, spentUsd, maxTokens, maxUsd }: DataOf<'budget.warned'>): string {
  const whose = scope === 'task' ? 'the task' : `${scope} "${id}"`;
  const tokenShare = maxTokens === undefined ? -1 : spentTokens / maxTokens;
  const usdShare = maxUsd === undefined ? -1 : spentUsd / maxUsd;
  const spent =
    tokenShare >= usdShare
      ? `${spentTokens.toLocaleString('en')} of ${(maxTokens ?? 0).toLocaleString('en')} tokens`
      : `${costText(spentUsd)} of ${costText(maxUsd ?? 0)}`;
  return `${whose} has spent ${spent}`;
}
