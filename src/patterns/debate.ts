import { z } from 'zod';
import type { ProjectFiles } from '../index.ts';
import { common, distinct, NamedRole, readParameters, Role } from './parameters.ts';
import { projectTexts } from './project-texts.ts';

const reserved = ['rounds', 'heard', 'judge', 'ruled', 'failed', 'tie'];

const Debate = z.strictObject({
  ...common,
  /** Who argues, in this order in each round. */
  sides: z.array(NamedRole).min(2).max(20).check(distinct(reserved)),
  /** So many times each side speaks. */
  rounds: z.int().min(1).max(100),
  /** Says which side has the better case, or `tie`. */
  judge: Role,
});
export type DebateParameters = z.input<typeof Debate>;

/** Sides argue for a fixed number of rounds, and a judge says who has the better case. Throws ENGINE_PATTERN_INVALID. */
export function debate(parameters: DebateParameters): ProjectFiles {
  const read = readParameters('The pattern "debate"', Debate, parameters);
  const { sides, rounds, judge } = read;
  const ids = sides.map(({ id }) => id);
  return projectTexts(
    {
      id: 'debate',
      description: 'Sides argue by turns, and a judge who took no part says who has the better case.',
      agents: {
        ...Object.fromEntries(sides.map(({ id, ...role }) => [id, role])),
        judge: { ...judge, output_schema: 'Ruling' },
      },
      nodes: [
        {
          id: 'rounds',
          type: 'repeat',
          max_iterations: rounds,
          input: {
            question: '${{ input }}',
            round: '${{ iteration }}',
            transcript: '${{ iteration == 1 ? [] : output }}',
          },
          body: bodyOf(ids),
        },
        { id: 'judge', type: 'agent', agent: 'judge', input: { transcript: '${{ output }}' } },
        {
          id: 'ruled',
          type: 'end',
          output: {
            winner: '${{ output.winner }}',
            why: '${{ output.why }}',
            transcript: '${{ stages.rounds.output }}',
          },
        },
        { id: 'failed', type: 'end', status: 'failure', output: '${{ error.message }}' },
      ],
      edges: [
        { from: 'rounds', to: 'judge' },
        { from: 'judge', to: 'ruled' },
        { from: 'rounds', to: 'failed', type: 'error' },
        { from: 'judge', to: 'failed', type: 'error' },
      ],
      schemas: { Ruling: { winner: { enum: [...ids, 'tie'] }, why: { type: 'string' } } },
    },
    read,
  );
}

/** What is known after some sides of a round have spoken. */
function transcriptAfter(spoken: readonly string[]): string {
  if (spoken.length === 0) return '${{ input.transcript }}';
  const entries = spoken.map((id) => `{ "side": "${id}", "says": stages.${id}.output }`);
  return `\${{ input.transcript + [${entries.join(', ')}] }}`;
}

function bodyOf(ids: readonly string[]): object {
  const next = [...ids.slice(1), 'heard'];
  return {
    nodes: [
      ...ids.map((id, index) => ({
        id,
        type: 'agent',
        agent: id,
        input: { round: '${{ input.round }}', transcript: transcriptAfter(ids.slice(0, index)) },
      })),
      { id: 'heard', type: 'end', output: transcriptAfter(ids) },
    ],
    edges: [
      ...ids.map((id, index) => ({ from: id, to: next[index] })),
      ...ids.map((id, index) => ({ from: id, to: next[index], type: 'fallback' })),
    ],
  };
}
