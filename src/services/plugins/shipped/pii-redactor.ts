import type { HookPluginSpec } from '../../../manifest/index.ts';
import { piiKinds } from '../../../manifest/index.ts';
import type { EngineEvent } from '../../telemetry/index.ts';
import type { Plugin } from '../plugin.ts';
import { withoutPii, withoutPiiIn } from './find-pii.ts';

export type PiiConfig = NonNullable<Extract<HookPluginSpec, { type: 'pii_redactor' }>['config']>;

/** Takes what looks like personal data out of prompts. What it does to events is `eventRedactor`. */
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
            taskInput: withoutPiiIn(subject.taskInput, kinds, () => false),
            input: withoutPiiIn(subject.input, kinds, () => false),
            context: subject.context.map(({ source, text }) => ({ source, text: clean(text) })),
          },
        },
      }),
    },
  };
}

/** Fields of events that are no texts: ids and hashes may look like anything, and events are told apart by them. */
const isCode = (key: string): boolean =>
  /hash|fingerprint|id$|^(?:type|time|definition|before|after|question)$/iu.test(key);

/** The event without what looks like personal data. Ids, and what events go by, stay. */
export function redactPii(event: EngineEvent, { kinds = [...piiKinds] }: PiiConfig): EngineEvent {
  return withoutPiiIn(event, kinds, isCode);
}
