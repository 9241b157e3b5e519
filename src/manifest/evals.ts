import { z } from 'zod';
import { Expression, Id, SchemaAddress, SchemaReference } from './common.ts';

const share = z.number().min(0).max(1);
const text = z.string().min(1);
const texts = z.union([text, z.array(text).min(1)]);

/** `a->b`, as breakpoints write edges. */
const EdgeName = z
  .string()
  .regex(/^[\w-]+->[\w-]+$/u, { error: 'Write an edge as "from->to".' })
  .meta({ description: 'An edge as "from->to".', examples: ['sort->write'] });

const PathExpectation = z.strictObject({
  nodes: z
    .array(Id)
    .min(1)
    .optional()
    .meta({
      description: 'Nodes that run, in this order; others may run between them.',
      examples: [['sort', 'write']],
    }),
  edges: z
    .array(EdgeName)
    .min(1)
    .optional()
    .meta({ description: 'Edges that are taken.', examples: [['sort->write']] }),
  avoid: z
    .array(z.union([Id, EdgeName]))
    .min(1)
    .optional()
    .meta({
      description: 'Nodes that do not run, and edges that are not taken.',
      examples: [['refuse', 'sort->refuse']],
    }),
});

const CostExpectation = z.strictObject({
  max_usd: z
    .number()
    .min(0)
    .optional()
    .meta({ description: 'Most that the task may cost, in US dollars.', examples: [0.05] }),
  max_tokens: z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Most tokens of the task, prompts and answers together.', examples: [20_000] }),
});

export const JudgeSpec = z
  .strictObject({
    agent: text.meta({
      description:
        'Agent of agents.yaml whose answers have a boolean "pass", a text "why", and may have a number "score".',
      examples: ['critic'],
    }),
    criteria: text.meta({
      description: 'What the output is held against.',
      examples: ['The answer names the rule that it follows.'],
    }),
    min_score: share.optional().meta({
      description: 'Least score, from 0 to 1, that counts as passed. Default: what "pass" says.',
      examples: [0.8],
    }),
  })
  .meta({ id: 'judge', description: 'An agent of the project that says whether an output is good, and why.' });
export type JudgeSpec = z.infer<typeof JudgeSpec>;

export const ExpectSpec = z
  .strictObject({
    status: z
      .enum(['completed', 'partial', 'failed', 'waiting'])
      .optional()
      .meta({
        description: 'How the task ends; waiting: with a question. Default: completed.',
        examples: ['completed'],
      }),
    schema: SchemaReference.optional().meta({
      description: 'What the output looks like: name of a file in schemas/ without .json, or a JSON Schema.',
    }),
    contains: texts.optional().meta({
      description: 'Texts that are in the output; of one that is no text, in its JSON.',
      examples: ['resume', ['journal', 'checkpoint']],
    }),
    excludes: texts.optional().meta({
      description: 'Texts that are not in the output.',
      examples: ['As a language model'],
    }),
    equals: z
      .json()
      .optional()
      .meta({ description: 'The whole output.', examples: [{ verdict: 'approved' }] }),
    when: z
      .union([Expression, z.array(Expression).min(1)])
      .optional()
      .meta({
        description: 'CEL expressions that are true, over output, task, input, stages and usage.',
        examples: ['output.score >= 0.8', ['stages.review.output.approved', 'usage.total_tokens < 5000']],
      }),
    path: PathExpectation.optional().meta({ description: 'The way that the task takes.' }),
    cost: CostExpectation.optional().meta({ description: 'What the task uses at most, without its judges.' }),
    judge: z
      .union([JudgeSpec, z.array(JudgeSpec).min(1)])
      .optional()
      .meta({
        description: 'Agents that judge the output.',
        examples: [{ agent: 'critic', criteria: 'Every sentence follows from the passages.' }],
      }),
  })
  .meta({
    id: 'expectations',
    description: 'What has to hold. All of it is looked at, also after something does not.',
  });
export type ExpectSpec = z.infer<typeof ExpectSpec>;

const trial = {
  mode: text.optional().meta({ description: 'Mode of the task. Default: normal.', examples: ['dry_run'] }),
  pipeline: Id.optional().meta({
    description: 'Pipeline to insist on. Default: the one that is chosen.',
    examples: ['full'],
  }),
  tags: z
    .array(text)
    .optional()
    .meta({ description: 'Words by which cases are picked; the tags of the task, too.', examples: [['smoke']] }),
  runs: z
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .meta({ description: 'How often the case is run. Default: 1.', examples: [5] }),
  pass_rate: share
    .optional()
    .meta({ description: 'Share of the runs that have to pass. Default: 1.', examples: [0.8] }),
};

export const EvalCaseSpec = z
  .strictObject({
    description: text
      .optional()
      .meta({ description: 'What the case is about.', examples: ['A question without an answer in the files.'] }),
    input: z.json().meta({ description: 'The request of the task.', examples: ['How is a killed task resumed?'] }),
    ...trial,
    overrides: z
      .array(z.union([text, z.record(z.string(), z.json())]))
      .optional()
      .meta({
        description: 'Changes to manifest values for the task, as --override takes them, or as objects.',
        examples: [['model=small']],
      }),
    answers: z
      .record(Id, z.json())
      .optional()
      .meta({
        description: 'What a person answers to the questions of feedback nodes, by node.',
        examples: [{ approve: { action: 'approve' } }],
      }),
    expect: ExpectSpec.meta({ description: 'What has to come of it.' }),
  })
  .meta({ id: 'eval_case', description: 'A request, and what has to come of it.' });
export type EvalCaseSpec = z.infer<typeof EvalCaseSpec>;

export const EvalDefaultsSpec = z.strictObject(trial);

/** A file in evals/: requests to the workflow, and what has to come of them. */
export const EvalsFile = z
  .strictObject({
    $schema: SchemaAddress,
    cases: z.record(Id, EvalCaseSpec).meta({
      description: 'The cases by name.',
      examples: [{ resumes: { input: 'How is a killed task resumed?', expect: { contains: 'journal' } } }],
    }),
    defaults: EvalDefaultsSpec.optional().meta({ description: 'What holds for cases that say nothing else.' }),
    description: text
      .optional()
      .meta({ description: 'What the cases are about.', examples: ['Questions people ask.'] }),
  })
  .meta({ description: 'Cases with their expectations, which agent-engine eval runs.' });
export type EvalsFile = z.infer<typeof EvalsFile>;
