import type { JsonSchema } from '../../manifest/index.ts';
import type { ContextPackage, Prompt } from '../../services/index.ts';
import type { AgentCall } from './call.ts';

/** Grows when the same parts would give another text: a part of the template version. */
const builderVersion = 1;

export interface PromptParts {
  readonly call: AgentCall;
  readonly context: ContextPackage | undefined;
  /** The output schema with all it refers to. */
  readonly schema: JsonSchema | undefined;
  readonly hash: (text: string) => string;
}

/**
 * The prompt of an agent: same parts, same bytes. What stays the same between calls comes first, so that providers can
 * cache it: persona, mode, output contract. Then the task, the context and the input.
 */
export function buildPrompt({ call, context, schema, hash }: PromptParts): Prompt {
  const { agent, taskInput, input } = call;
  const persona = agent.renderPrompt({ task: { input: taskInput, mode: call.mode }, input });
  const system = [
    `You are the agent "${agent.id}" at stage "${call.stage}" of a workflow.`,
    persona.trim(),
    modeLine(call.mode),
    contract(schema),
  ];
  const content = [
    section('Task', asText(taskInput)),
    context === undefined ? '' : section('Context', contextText(context)),
    section('Input', asText(input)),
  ];
  return {
    system: system.filter((part) => part !== '').join('\n\n'),
    messages: [{ role: 'user', content: content.filter((part) => part !== '').join('\n\n') }],
    templateVersion: hash(`${builderVersion}/${agent.promptHash}`).slice(0, 16),
    subject: {
      agent: agent.id,
      stage: call.stage,
      taskInput,
      input,
      context: (context?.items ?? []).map(({ source, text }) => ({ source, text })),
      call: call.attempt - 1,
    },
  };
}

function modeLine(mode: string): string {
  if (mode === 'analysis_only') return 'Mode: analysis only. Nothing may be changed; say what you found.';
  if (mode === 'dry_run') return 'Mode: dry run. Nothing is changed; say what would be done.';
  return '';
}

function contract(schema: JsonSchema | undefined): string {
  if (schema === undefined) return '';
  const sentences = [
    'Answer with one JSON value that fits this JSON Schema, and with nothing else.',
    'Where you are unsure, say so in the fields that allow it, and leave optional fields out rather than guess.',
  ];
  return `${sentences.join(' ')}\n\n${JSON.stringify(schema)}`;
}

function section(title: string, body: string): string {
  return body === '' ? '' : `## ${title}\n\n${body}`;
}

/** Texts from outside are data: they stand in blocks that say so, and cannot close them. */
function contextText(context: ContextPackage): string {
  return context.items.map(({ source, text }) => fenceUntrusted(source, text)).join('\n');
}

export function fenceUntrusted(source: string, text: string): string {
  return `<untrusted source=${JSON.stringify(source)}>\n${text.replaceAll(/<(\/?untrusted)/giu, '&lt;$1')}\n</untrusted>`;
}

export function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
