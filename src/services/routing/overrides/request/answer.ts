import { z } from 'zod';
import type { JsonSchema } from '../../../../manifest/index.ts';
import { readShortForm } from '../short-form.ts';
import type { TextSpan } from '../task-overrides.ts';
import type { RequestNames } from './pattern.ts';
import { quotedParts } from './quoted.ts';

const mostFound = 20;
const mostNames = 200;

const RequestAnswer = z.object({ overrides: z.array(z.object({ words: z.string(), override: z.string() })) });

/** What an agent that reads requests answers: the words that ask for something, and a short form of the override. */
export const requestAnswerSchema: Exclude<JsonSchema, boolean> = {
  type: 'object',
  properties: {
    overrides: {
      type: 'array',
      maxItems: mostFound,
      items: {
        type: 'object',
        properties: {
          words: { type: 'string', description: 'Copied from the request, to the letter.' },
          override: { type: 'string', description: 'One of the forms above, such as "verbosity=brief".' },
        },
        required: ['words', 'override'],
        additionalProperties: false,
      },
    },
  },
  required: ['overrides'],
  additionalProperties: false,
};

/** What such an agent is told that a request may ask for. */
export function requestVocabulary(names: RequestNames): string {
  const forms = [
    'mode=analysis_only: nothing may be changed; mode=dry_run: only say what would be done',
    `mode=NAME: work in this mode, one of ${listed(names.mode)}`,
    'verbosity=brief, verbosity=normal, verbosity=detailed: how much is to be said',
    `model=NAME: ask this model, one of ${listed(names.model)}`,
    `model.WHO=NAME, verbosity.WHO=brief: the same for one agent or node, one of ${listed(names.target)}`,
    `pipeline=NAME: take this pipeline, one of ${listed(names.pipeline)}`,
    `avoid=NAME: do without it, one of ${listed(names.avoid)}`,
    'budget.max_cost_usd=0.5, budget.max_tokens_total=20000: the most that the task may take',
    'remember=TEXT: keep this, copied from the request to the letter, for later tasks of the project; remember.task=TEXT: for this task; remember.global=TEXT: for all projects',
    'skip_checks=consent: run tools without asking a person',
  ];
  return [
    'Say which of these changes to its task the request asks for, each with the words that ask for it, copied to the letter. Only what its writer wants of this task counts: not what is quoted, denied or said on a condition, what somebody else said, or what merely comes up. Most requests ask for none: then the list is empty.',
    forms.map((form) => `- ${form}`).join('\n'),
  ].join('\n\n');
}

function listed(all: readonly string[]): string {
  return [...new Set(all)].slice(0, mostNames).join(', ');
}

/** An override that an agent read from a request. */
export interface AnsweredOverride {
  readonly override: object;
  readonly span: TextSpan;
}

export interface ReadRequestAnswer {
  readonly found: readonly AnsweredOverride[];
  /** What of the answer is of no use: a sentence without its end each. */
  readonly problems: readonly string[];
}

const longestShown = 80;

/** Takes of an answer what stands in the request, and there in no quotation. */
export function readRequestAnswer(value: unknown, request: string): ReadRequestAnswer {
  const answer = RequestAnswer.safeParse(value);
  if (!answer.success) return { found: [], problems: ['the answer has no list of overrides'] };
  const quoted = quotedParts(request);
  const found: AnsweredOverride[] = [];
  const problems: string[] = [];
  for (const { words, override } of answer.data.overrides.slice(0, mostFound)) {
    const said = JSON.stringify(words.slice(0, longestShown));
    const start = words.trim() === '' ? -1 : request.indexOf(words);
    const form = readShortForm(override.trim());
    if (start === -1) problems.push(`the words ${said} are not in the request`);
    else if (quoted.some((part) => start < part.end && start + words.length > part.start))
      problems.push(`the words ${said} are quoted in the request`);
    else if (form === undefined) problems.push(`${JSON.stringify(override.slice(0, longestShown))} is no override`);
    else if (!request.includes(memoIn(override)))
      problems.push(
        `what it would remember, ${JSON.stringify(memoIn(override).slice(0, longestShown))}, is not in the request`,
      );
    else found.push({ override: form, span: { start, end: start + words.length, text: words.slice(0, 500) } });
  }
  return { found, problems };
}

/** What is to be remembered, which later tasks are told; nothing for other overrides. */
function memoIn(override: string): string {
  return /^\s*remember(?:\.[\w-]+)?=(.+)$/su.exec(override)?.[1]?.trim() ?? '';
}
