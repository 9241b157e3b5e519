import { z } from 'zod';
import type { ProjectFiles } from '../index.ts';
import { common, readParameters, Role } from './parameters.ts';
import { projectTexts } from './project-texts.ts';

/** The tool that keeps the conversation. */
const keeper = 'keep';

const Chat = z.strictObject({
  ...common,
  tools: common.tools.refine((tools) => tools?.[keeper] === undefined, {
    error: `The conversation is kept by a tool called "${keeper}".`,
  }),
  /** Who answers. In its context "they_said" is what the other side said earlier, and "you_said" what it answered. */
  assistant: Role,
  /** So many of the latest messages are always shown as they are. Default: 12. */
  recentMessages: z.int().min(0).max(1_000).default(12),
  /** Most tokens of the conversation that are shown. Default: 4000. */
  maxTokens: z.int().min(1).default(4_000),
  /** Where conversations are kept. Default: sqlite. */
  store: z.enum(['sqlite', 'file_json', 'in_memory']).default('sqlite'),
});
export type ChatParameters = z.input<typeof Chat>;

/**
 * One turn of a conversation: a task is a turn, its tags say whose, and what was said before comes from the memory of the
 * project. Throws ENGINE_PATTERN_INVALID.
 */
export function chat(parameters: ChatParameters): ProjectFiles {
  const read = readParameters('The pattern "chat"', Chat, parameters);
  const { assistant, recentMessages, maxTokens, store } = read;
  return projectTexts(
    {
      id: 'chat',
      description: 'One turn of a conversation. What was said before comes from the memory of the project.',
      agents: { assistant: { ...assistant, context_profile: 'conversation' } },
      nodes: [
        { id: 'reply', type: 'agent', agent: 'assistant' },
        keeping('they_said', 'input'),
        keeping('you_said', 'stages.reply.output'),
        { id: 'said', type: 'end', output: '${{ stages.reply.output }}' },
        { id: 'failed', type: 'end', status: 'failure', output: '${{ error.message }}' },
      ],
      edges: [
        { from: 'reply', to: 'they_said' },
        { from: 'they_said', to: 'you_said' },
        { from: 'you_said', to: 'said' },
        { from: 'reply', to: 'failed', type: 'error' },
      ],
      tools: { [keeper]: { type: 'memory.remember', store: 'project_store', kind: 'message' } },
      memory: {
        memory: { project_store: { type: store } },
        context_profiles: {
          conversation: {
            sources: ['project_store'],
            match_task_tags: true,
            k_recent_messages: recentMessages,
            max_tokens: maxTokens,
          },
        },
      },
    },
    read,
  );
}

/** What the tool takes; more is cut off. */
const mostCharacters = 16_000;

function keeping(id: string, said: string): object {
  const content = `\${{ size(${said}) > ${mostCharacters} ? ${said}.substring(0, ${mostCharacters}) : ${said} }}`;
  return {
    id,
    type: 'tool',
    tool: keeper,
    arguments: { content, tags: '${{ task.tags }}' },
    on_failure: 'continue_partial',
  };
}
