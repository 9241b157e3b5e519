import type { MemoryItem, PlannedChange } from '../../services/index.ts';
import { asText } from '../agent/prompt/index.ts';

/** A call of a tool that has ended well. */
export interface ObservedCall {
  readonly taskId: string;
  /** The stage, with the step of the tool plan where there is one. */
  readonly stage: string;
  readonly tool: string;
  /** Absent where they are not known any more. */
  readonly arguments: unknown;
  readonly output: unknown;
  /** Where in the task it was called: the same whenever its stage runs again. */
  readonly place: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly estimateTokens: (text: string) => number;
}

/** Characters of one observation: what a tool gave is in its stage as a whole, memory keeps what a model could be shown of it. */
const mostCharacters = 32_000;

/** What a tool gave, as the task's memory keeps it. A call that runs again replaces what it gave before. */
export function observationItem(call: ObservedCall): MemoryItem {
  const { taskId, stage, tool, output, place, at, estimateTokens } = call;
  const text = `${tool}${argumentsText(call.arguments)} gave:\n${asText(output)}`;
  const content = text.length > mostCharacters ? shortened(text) : text;
  return {
    id: `${taskId}/observed/${place}`,
    kind: 'observation',
    source: tool,
    timestamp: at,
    tags: [stage],
    importance: 0.4,
    token_cost: estimateTokens(content),
    content,
    metadata: {},
  };
}

function argumentsText(given: unknown): string {
  return given === undefined ? '' : `(${JSON.stringify(given)})`;
}

function shortened(text: string): string {
  const kept = text.slice(0, mostCharacters).toWellFormed();
  return `${kept}\n[… ${text.length - mostCharacters} characters left out]`;
}

/** A change of a file that a task has made. */
export interface PromotedChange extends Pick<ObservedCall, 'taskId' | 'stage' | 'at' | 'estimateTokens'> {
  readonly change: PlannedChange;
}

/** The change as the project's memory keeps it: the last one that a stage of a task made to a file. */
export function changeItem({ taskId, stage, at, estimateTokens, change }: PromotedChange): MemoryItem {
  const { tool, path, before_hash: before, after_hash: after } = change;
  const content = `${before === null ? 'Created' : 'Changed'} ${path} with ${tool} in stage ${stage} of task ${taskId}.`;
  return {
    id: `change/${taskId}/${stage}/${path}`,
    kind: 'change',
    source: tool,
    timestamp: at,
    tags: [`file:${path}`],
    importance: 0.3,
    token_cost: estimateTokens(content),
    content,
    metadata: { task: taskId, stage, path, before_hash: before, after_hash: after },
  };
}
