import { z } from 'zod';
import type { AgentHooks, AskedModel, MadeContext, ReadyAgent } from '../../actors/index.ts';
import { failureError } from '../../errors/index.ts';
import {
  contentHash,
  type Accepted,
  type ContextPackage,
  type HookOutcome,
  type HookPoint,
  type Prompt,
  type PromptView,
  type SchemaValidator,
} from '../../services/index.ts';
import type { StageLog } from '../stages/call-logs.ts';
import { askedOnce } from './kept-answers.ts';
import { memoryHooks, type HookAsker } from './memory-hooks.ts';

export interface AgentHookParts extends HookAsker {
  readonly agent: Pick<ReadyAgent, 'outputSchema'>;
  readonly validator: Pick<SchemaValidator, 'validate'>;
  readonly log: Pick<StageLog, 'saved' | 'save'>;
}

/** What plugins are asked in the course of an agent's stage; nothing where no plugin has such hooks. */
export function agentHooks(parts: AgentHookParts): AgentHooks {
  const { plugins } = parts;
  return {
    ...(plugins.has('before_context') && { beforeContext: async (made) => beforeContext(parts, made) }),
    ...(plugins.has('after_context') && { afterContext: async (made) => afterContext(parts, made) }),
    ...(plugins.has('before_llm') && { beforeLlm: async (asked) => beforeLlm(parts, asked) }),
    ...(plugins.has('after_llm') && { afterLlm: async (asked, answer) => afterLlm(parts, { ...asked, answer }) }),
    ...(plugins.has('after_agent') && { afterAgent: async (output) => afterAgent(parts, output) }),
    ...memoryHooks(parts),
  };
}

function aboutOf<Point extends HookPoint>(outcome: HookOutcome<Point>): (HookOutcome<Point> & { kind: 'go' })['about'] {
  if (outcome.kind === 'stop') throw failureError(outcome.failure);
  return outcome.about;
}

function common({ place, tell, signal }: HookAsker): Pick<HookAsker, 'place' | 'tell' | 'signal'> {
  return { place, tell, signal };
}

async function beforeContext(parts: AgentHookParts, { profile, model }: Omit<MadeContext, 'context'>): Promise<void> {
  aboutOf(await parts.plugins.run({ point: 'before_context', about: { profile, model }, ...common(parts) }));
}

const Texts = z.array(z.object({ at: z.int().min(0), text: z.string() }));

function itemsOf({ items }: ContextPackage): readonly { at: number; source: string; text: string }[] {
  return items.map(({ source, text }, at) => ({ at, source, text }));
}

async function afterContext(parts: AgentHookParts, made: MadeContext): Promise<ContextPackage> {
  const { profile, model } = made;
  let { context } = made;
  const outcome = await parts.plugins.run({
    point: 'after_context',
    about: { profile, model, items: itemsOf(context) },
    ...common(parts),
    accept({ value, about }) {
      const changed = changedContext({ ...made, context }, value);
      if ('problem' in changed) return changed;
      context = changed.context;
      return { about: { ...about, items: itemsOf(context) } };
    },
  });
  aboutOf(outcome);
  return context;
}

function changedContext(
  { context, tokensOf }: MadeContext,
  value: unknown,
): { readonly context: ContextPackage } | { readonly problem: string } {
  const read = Texts.safeParse(value);
  if (!read.success) return { problem: 'it is no list of places with texts' };
  const texts = new Map(read.data.map(({ at, text }) => [at, text.toWellFormed()]));
  if ([...texts.keys()].some((at) => at >= context.items.length))
    return { problem: 'it names a place that is not there' };
  const items = context.items.flatMap((item, at) => {
    // Without an item for the input its text would be taken as it came.
    const text = texts.get(at) ?? (item.source === 'direct' ? '' : undefined);
    if (text === undefined) return [];
    return text === item.text ? [item] : [{ ...item, text, tokens: tokensOf(item.source, text) }];
  });
  const tokens = items.reduce((sum, item) => sum + item.tokens, 0);
  if (tokens > context.budget) return { problem: `it has ${tokens} tokens, and there is room for ${context.budget}` };
  return { context: { ...context, items, tokens, fingerprint: contentHash([context.costMode, items]) } };
}

/** Their texts are what counts: roles and calls of tools stay as they are. */
const NewPrompt = z.strictObject({
  system: z.string().exactOptional(),
  messages: z.array(z.object({ content: z.string() })).exactOptional(),
  subject: z
    .object({
      taskInput: z.json(),
      input: z.json(),
      context: z.array(z.object({ source: z.string(), text: z.string() })),
    })
    .exactOptional(),
});

async function beforeLlm(parts: AgentHookParts, asked: AskedModel): Promise<Prompt> {
  const { model, number, room, tokensOf } = asked;
  let { prompt } = asked;
  const outcome = await parts.plugins.run({
    point: 'before_llm',
    about: { model: model.alias, provider: model.spec.provider, call: number, prompt: viewOf(prompt) },
    ...common(parts),
    accept({ value, about }): Accepted<'before_llm'> {
      const changed = changedPrompt(prompt, value);
      if ('problem' in changed) return changed;
      if (tokensOf(changed.prompt) > room) return { problem: `there is room for ${room} tokens` };
      prompt = changed.prompt;
      return { about: { ...about, prompt: viewOf(prompt) } };
    },
  });
  aboutOf(outcome);
  return prompt;
}

function viewOf({ system, messages, subject: { taskInput, input, context } }: Prompt): PromptView {
  return { system, messages, subject: { taskInput, input, context } };
}

const noSubject: PromptView['subject'] = { taskInput: null, input: null, context: [] };

function changedPrompt(prompt: Prompt, value: unknown): { readonly prompt: Prompt } | { readonly problem: string } {
  const read = NewPrompt.safeParse(value);
  if (!read.success) return { problem: 'it is no prompt' };
  const { system = prompt.system, messages: contents, subject = noSubject } = read.data;
  if (contents !== undefined && contents.length !== prompt.messages.length)
    return { problem: `it has ${contents.length} messages, and there are ${prompt.messages.length}` };
  const messages = prompt.messages.map((message, at) => ({
    ...message,
    content: (contents?.[at]?.content ?? message.content).toWellFormed(),
  }));
  // What the prompt was built from would give away what was taken out of it.
  return { prompt: { ...prompt, system: system.toWellFormed(), messages, subject: { ...prompt.subject, ...subject } } };
}

type Answered = Parameters<NonNullable<AgentHooks['afterLlm']>>;

async function afterLlm(
  parts: AgentHookParts,
  { model, number, answer }: Answered[0] & { readonly answer: Answered[1] },
): Promise<Answered[1]> {
  const { text, toolCalls, finishReason } = answer;
  const settled = await askedOnce(parts.log, { key: `after_llm/${number}`, input: text }, async () => {
    const outcome = await parts.plugins.run({
      point: 'after_llm',
      about: {
        model: model.alias,
        provider: model.spec.provider,
        call: number,
        text,
        toolCalls: toolCalls.map(({ tool, arguments: given }) => ({ tool, arguments: given })),
        finishReason,
      },
      ...common(parts),
      accept({ value, about: now }): Accepted<'after_llm'> {
        const read = z.strictObject({ text: z.string() }).safeParse(value);
        return read.success ? { about: { ...now, text: read.data.text } } : { problem: 'it is no text' };
      },
    });
    if (outcome.kind === 'stop') return { failure: outcome.failure };
    return outcome.isChanged ? { input: outcome.about.text } : undefined;
  });
  if ('failure' in settled) throw failureError(settled.failure);
  return typeof settled.input === 'string' ? { ...answer, text: settled.input } : answer;
}

async function afterAgent(parts: AgentHookParts, output: unknown): Promise<unknown> {
  const { agent, validator } = parts;
  const about = aboutOf(
    await parts.plugins.run({
      point: 'after_agent',
      about: { output },
      ...common(parts),
      accept({ value }): Accepted<'after_agent'> {
        const problem = outputProblem(agent, validator, value);
        return problem === undefined ? { about: { output: value } } : { problem };
      },
    }),
  );
  return about.output;
}

/** Why a value cannot be what an agent answers. */
export function outputProblem(
  { outputSchema }: Pick<ReadyAgent, 'outputSchema'>,
  validator: Pick<SchemaValidator, 'validate'>,
  value: unknown,
): string | undefined {
  if (outputSchema === undefined) return typeof value === 'string' ? undefined : 'an answer without a schema is a text';
  const [finding] = validator.validate(outputSchema, value);
  return finding === undefined ? undefined : `it does not fit the schema: ${finding.message}`;
}
