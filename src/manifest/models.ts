import { z } from 'zod';
import { Duration } from './common.ts';

export const PriceSpec = z.strictObject({
  input_per_mtok: z
    .number()
    .min(0)
    .meta({ description: 'US dollars per million tokens of prompts.', examples: [1.25] }),
  output_per_mtok: z
    .number()
    .min(0)
    .meta({ description: 'US dollars per million tokens of answers.', examples: [10] }),
  cached_input_per_mtok: z
    .number()
    .min(0)
    .optional()
    .meta({
      description: 'US dollars per million tokens of prompts that the provider knew already.',
      examples: [0.125],
    }),
});
export type PriceSpec = z.infer<typeof PriceSpec>;

export const ModelSpec = z.strictObject({
  provider: z
    .string()
    .min(1)
    .meta({
      description: 'Adapter to ask; auto: the first that can be asked.',
      examples: ['offline', 'anthropic', 'auto'],
    }),
  model: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Name of the model at the provider.', examples: ['claude-sonnet-4-5'] }),
  base_url: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'Address of a server that speaks like the provider.',
      examples: ['http://localhost:8000/v1'],
    }),
  api: z
    .enum(['chat', 'responses'])
    .optional()
    .meta({
      description:
        'Which interface of OpenAI to speak; servers that speak like it mostly have chat alone. Default: responses, with base_url: chat.',
      examples: ['chat'],
    }),
  api_key: z
    .string()
    .regex(/^\$\{(?:env:\w+|file:[^{}$\p{Cc}]+)\}$/u, {
      error:
        'Name the variable or the file that holds the key, such as "${env:MY_KEY}" or "${file:/run/secrets/my_key}".',
    })
    .optional()
    .meta({
      description:
        'The environment variable or file that holds the key. Default: ANTHROPIC_API_KEY, OPENAI_API_KEY or OLLAMA_API_KEY.',
      examples: ['${env:TEAM_OPENAI_KEY}', '${file:/run/secrets/openai_key}'],
    }),
  timeout: Duration.optional().meta({ description: 'For one call, from request to last word. Default: 10m.' }),
  idle_timeout: Duration.optional().meta({
    description: 'How long a provider may send nothing within a call. Default: 2m.',
  }),
  tool_calls: z
    .enum(['native', 'plan'])
    .optional()
    .meta({
      description:
        'native: the provider is given the tools; plan: the prompt asks for a tool plan. Default: native where there is such a thing.',
      examples: ['plan'],
    }),
  context_window: z
    .int()
    .min(256)
    .optional()
    .meta({ description: 'Tokens that prompt and answer share.', examples: [200_000] }),
  max_output_tokens: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Most tokens of one answer. Default: that of the provider.', examples: [4_000] }),
  price: PriceSpec.optional().meta({ description: 'US dollars per million tokens. Without it no cost is given.' }),
  script: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'File with the replies of a scripted model.', examples: ['scripts/demo.yaml'] }),
  cassette: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'File with the recorded calls of a replay model.', examples: ['cassettes/review.json'] }),
  records: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'The model whose calls a replay model records.', examples: ['claude-sonnet'] }),
  record: z
    .enum(['never', 'missing', 'all'])
    .optional()
    .meta({
      description:
        'never: a call that is not in the cassette fails; missing: it is made and recorded; all: every call is. Default: never.',
      examples: ['missing'],
    }),
});
export type ModelSpec = z.infer<typeof ModelSpec>;
