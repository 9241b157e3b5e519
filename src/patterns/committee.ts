import { z } from 'zod';
import type { ProjectFiles } from '../index.ts';
import { common, distinct, NamedRole, readParameters, Role } from './parameters.ts';
import { projectTexts } from './project-texts.ts';

const reserved = ['question', 'count', 'verdict', 'chair', 'decided', 'settled', 'undecided', 'no_quorum', 'failed'];

const Committee = z
  .strictObject({
    ...common,
    /** Who votes, each asked by itself. */
    members: z.array(NamedRole).min(2).max(50).check(distinct(reserved)),
    /** What can be voted for. */
    options: z
      .array(z.string().min(1))
      .min(2)
      .refine((options) => new Set(options).size === options.length, { error: 'The options are different ones.' }),
    /** Votes without which nothing is decided: who fails has none. Default: of more than half of the members. */
    quorum: z.int().min(1).optional(),
    /** Votes with which an option wins, more than half of the members. Default: just that. */
    majority: z.int().optional(),
    /** Who decides where no option wins, as in a tie. Without one nothing is decided then. */
    chair: Role.optional(),
  })
  .refine(({ members, quorum = 1 }) => quorum <= members.length, {
    error: 'It is no more than there are members.',
    path: ['quorum'],
  })
  .refine(({ members: { length }, majority = length }) => majority > length / 2 && majority <= length, {
    error: 'It is more than half of the members, and no more than there are.',
    path: ['majority'],
  });
export type CommitteeParameters = z.input<typeof Committee>;
type Parameters = z.infer<typeof Committee>;

/**
 * Members vote side by side; the option that a majority votes for is the `decision`, else the chair decides. Throws
 * ENGINE_PATTERN_INVALID.
 */
export function committee(parameters: CommitteeParameters): ProjectFiles {
  const read = readParameters('The pattern "committee"', Committee, parameters);
  const { members, chair, options } = read;
  const votes = { output_schema: 'Vote' };
  const agents = members.map(({ id, ...role }) => [id, { ...role, ...votes }] as const);
  return projectTexts(
    {
      id: 'committee',
      description: 'Members vote on a question side by side; a chair decides where they come to no majority.',
      agents: { ...Object.fromEntries(agents), ...(chair !== undefined && { chair: { ...chair, ...votes } }) },
      nodes: nodesOf(read),
      edges: edgesOf(read),
      schemas: { Vote: { vote: { enum: options }, why: { type: 'string' } } },
    },
    read,
  );
}

const more = (members: readonly unknown[]): number => Math.floor(members.length / 2) + 1;

function nodesOf({ members, chair, quorum = more(members) }: Parameters): readonly object[] {
  const opinions = Object.fromEntries(members.map(({ id }) => [id, `\${{ stages.${id}.output }}`]));
  const none = { decision: null, by: 'nobody', opinions };
  const settled = { decision: '${{ output.vote }}', by: 'chair', why: '${{ output.why }}', opinions };
  return [
    { id: 'question', type: 'transform', output: '${{ input }}' },
    ...members.map(({ id }) => ({ id, type: 'agent', agent: id })),
    { id: 'count', type: 'merge', merge: 'vote', vote_by: 'vote' },
    { id: 'verdict', type: 'decision' },
    ...(chair === undefined
      ? []
      : [{ id: 'chair', type: 'agent', agent: 'chair', input: { votes: '${{ output.votes }}', opinions } }]),
    { id: 'decided', type: 'end', output: { decision: '${{ output.winner }}', by: 'majority', opinions } },
    ...(chair === undefined
      ? [{ id: 'undecided', type: 'end', output: none }]
      : [{ id: 'settled', type: 'end', output: settled }]),
    {
      id: 'no_quorum',
      type: 'end',
      status: 'failure',
      output: `Fewer than ${quorum} of ${members.length} members voted.`,
    },
    { id: 'failed', type: 'end', status: 'failure', output: '${{ error.message }}' },
  ];
}

function edgesOf(parameters: Parameters): readonly object[] {
  const { members, chair, quorum = more(members), majority = more(members) } = parameters;
  return [
    ...members.map(({ id }) => ({ from: 'question', to: id })),
    ...members.map(({ id }) => ({ from: id, to: 'count' })),
    { from: 'count', to: 'verdict' },
    { from: 'verdict', to: 'no_quorum', when: `${members.length} - size(output.abstained) < ${quorum}` },
    { from: 'verdict', to: 'decided', when: `output.votes[0].count >= ${majority}` },
    ...(chair === undefined
      ? [{ from: 'verdict', to: 'undecided' }]
      : [
          { from: 'verdict', to: 'chair' },
          { from: 'chair', to: 'settled' },
        ]),
    ...members.map(({ id }) => ({ from: id, to: 'count', type: 'fallback' })),
    { from: 'count', to: 'no_quorum', type: 'error' },
    ...(chair === undefined ? [] : [{ from: 'chair', to: 'failed', type: 'error' }]),
    { from: 'question', to: 'failed', type: 'error' },
  ];
}
