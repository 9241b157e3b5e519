import { z } from 'zod';
import type { ProjectFiles } from '../index.ts';
import { common, OnExhausted, readParameters, Role } from './parameters.ts';
import { projectTexts } from './project-texts.ts';

const ReviewerLoop = z.strictObject({
  ...common,
  /** Is shown its last draft and the criticism of it; both are null in the first round. */
  writer: Role,
  /** Answers `approved` or `revise`, with a criticism. */
  reviewer: Role,
  /** Most drafts. */
  rounds: z.int().min(1).max(1_000),
  /** Default: partial. */
  onExhausted: OnExhausted.default('partial'),
});
export type ReviewerLoopParameters = z.input<typeof ReviewerLoop>;

/** A writer writes anew until a reviewer approves of it, or the rounds are over. Throws ENGINE_PATTERN_INVALID. */
export function reviewerLoop(parameters: ReviewerLoopParameters): ProjectFiles {
  const read = readParameters('The pattern "reviewerLoop"', ReviewerLoop, parameters);
  const { writer, reviewer, rounds, onExhausted } = read;
  return projectTexts(
    {
      id: 'reviewer_loop',
      description: 'Writes, has it reviewed, and writes again until it is approved.',
      agents: { writer, reviewer: { ...reviewer, output_schema: 'Review' } },
      nodes: [
        {
          id: 'improve',
          type: 'repeat',
          max_iterations: rounds,
          until: 'output.verdict == "approved"',
          on_exhausted: onExhausted,
          input: {
            request: '${{ input }}',
            round: '${{ iteration }}',
            draft: '${{ iteration == 1 ? null : output.draft }}',
            criticism: '${{ iteration == 1 ? null : output.criticism }}',
          },
          body,
        },
        {
          id: 'result',
          type: 'end',
          output: {
            result: '${{ output.draft }}',
            verdict: '${{ output.verdict }}',
            criticism: '${{ output.criticism }}',
            rounds: '${{ output.round }}',
          },
        },
        { id: 'failed', type: 'end', status: 'failure', output: '${{ error.message }}' },
      ],
      edges: [
        { from: 'improve', to: 'result' },
        { from: 'improve', to: 'failed', type: 'error' },
      ],
      schemas: { Review: { verdict: { enum: ['approved', 'revise'] }, criticism: { type: 'string' } } },
    },
    read,
  );
}

const round = { round: '${{ input.round }}', draft: '${{ stages.writer.output }}' };

const body = {
  nodes: [
    {
      id: 'writer',
      type: 'agent',
      agent: 'writer',
      input: { draft: '${{ input.draft }}', criticism: '${{ input.criticism }}' },
    },
    { id: 'reviewer', type: 'agent', agent: 'reviewer', input: { draft: '${{ stages.writer.output }}' } },
    {
      id: 'reviewed',
      type: 'end',
      output: { ...round, verdict: '${{ output.verdict }}', criticism: '${{ output.criticism }}' },
    },
    { id: 'no_draft', type: 'end', status: 'failure', output: 'No draft: ${{ error.message }}' },
    { id: 'unreviewed', type: 'end', output: { ...round, verdict: 'unreviewed', criticism: null } },
  ],
  edges: [
    { from: 'writer', to: 'reviewer' },
    { from: 'reviewer', to: 'reviewed' },
    { from: 'writer', to: 'no_draft', type: 'error' },
    { from: 'reviewer', to: 'unreviewed', type: 'fallback' },
  ],
};
