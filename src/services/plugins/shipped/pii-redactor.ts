import type { HookPluginSpec, PiiKind } from '../../../manifest/index.ts';
import { piiKinds } from '../../../manifest/index.ts';
import { isContent, withData, type EngineEvent } from '../../telemetry/index.ts';
import type { Plugin } from '../plugin.ts';
import { withoutPii, withoutPiiIn } from './find-pii.ts';

export type PiiConfig = NonNullable<Extract<HookPluginSpec, { type: 'pii_redactor' }>['config']>;

/** Takes what looks like personal data out of prompts. What it does to events is `redactPii`. */
export function createPiiRedactor(name: string, { prompts = 'all', kinds = [...piiKinds] }: PiiConfig): Plugin {
  if (prompts === 'none') return { name, version: '1' };
  const clean = (text: string): string => withoutPii(text, kinds);
  return {
    name,
    version: '1',
    hooks: {
      before_llm: async ({ prompt: { system, messages, subject } }) => ({
        replaceInput: {
          ...(prompts === 'all' && { system: clean(system) }),
          messages: messages.map(({ content }) => ({ content: clean(content) })),
          subject: {
            taskInput: withoutPiiIn(subject.taskInput, kinds),
            input: withoutPiiIn(subject.input, kinds),
            context: subject.context.map(({ source, text }) => ({ source, text: clean(text) })),
          },
        },
      }),
    },
  };
}

/** Fields of the data of events that are no texts: ids and hashes may look like anything, and events are told apart by them. */
const codes: ReadonlySet<string> = new Set([
  'after',
  'argumentsHash',
  'before',
  'consent',
  'definition',
  'fingerprint',
  'forkedFrom',
  'hash',
  'promptHash',
  'question',
  'task',
  'tasks',
  'templateVersion',
]);

/** The event without what looks like personal data. Its ids stay, and what it goes by. */
export function redactPii(event: EngineEvent, { kinds = [...piiKinds] }: PiiConfig): EngineEvent {
  const data = Object.fromEntries(
    Object.entries(event.data).map(([name, part]) => [name, fieldWithoutPii(name, part, kinds)]),
  );
  return withData(event, data);
}

/** Counts and times are numbers, too, but for those that come from models and tools. */
function fieldWithoutPii(name: string, part: unknown, kinds: readonly PiiKind[]): unknown {
  if (codes.has(name) || (typeof part === 'number' && !isContent(name))) return part;
  return withoutPiiIn(part, kinds);
}
