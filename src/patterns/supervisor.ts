import { z } from 'zod';
import type { ProjectFiles } from '../index.ts';
import { common, distinct, NamedRole, OnExhausted, readParameters, Role } from './parameters.ts';
import { projectTexts } from './project-texts.ts';

const reserved = ['supervisor', 'team', 'supervise', 'worked', 'finished', 'leaderless', 'result', 'failed', 'finish'];

const Worker = z.strictObject({
  ...NamedRole.shape,
  /** What the supervisor is told of it: "Finds facts." */
  does: z.string().min(1),
});

const Supervisor = z
  .strictObject({
    ...common,
    /** Who gets orders. They know nothing of each other, and are shown the work so far. */
    workers: z.array(Worker).min(1).max(50).check(distinct(reserved)),
    /** Who gives them. Default: a supervisor who is told what the workers do. */
    supervisor: Role.partial({ prompt: true }).optional(),
    /** Most orders. */
    rounds: z.int().min(1).max(1_000),
    /** The worker whose last work is the result. Default: whoever worked last. */
    resultOf: z.string().optional(),
    /** Default: partial. */
    onExhausted: OnExhausted.default('partial'),
  })
  .refine(({ workers, resultOf: id }) => id === undefined || workers.some((worker) => worker.id === id), {
    error: 'It is no id of a worker.',
    path: ['resultOf'],
  });
export type SupervisorParameters = z.input<typeof Supervisor>;
type Parameters = z.infer<typeof Supervisor>;

/**
 * A supervisor gives one order after the other to workers, until it finds that the work is done. Throws
 * ENGINE_PATTERN_INVALID.
 */
export function supervisor(parameters: SupervisorParameters): ProjectFiles {
  const read = readParameters('The pattern "supervisor"', Supervisor, parameters);
  const { workers, supervisor: lead = {} } = read;
  const agents = workers.map(({ id, does, ...role }) => [id, { description: does, ...role }] as const);
  return projectTexts(
    {
      id: 'supervisor',
      description: 'An agent hands the work to others, one order at a time, until it finds that it is done.',
      agents: {
        supervisor: { ...lead, prompt: lead.prompt ?? promptOf(read), output_schema: 'Order' },
        ...Object.fromEntries(agents),
      },
      nodes: nodesOf(read),
      edges: [
        { from: 'team', to: 'result' },
        { from: 'team', to: 'failed', type: 'error' },
      ],
      schemas: {
        Order: { condition: { enum: [...workers.map(({ id }) => id), 'finish'] }, order: { type: 'string' } },
      },
    },
    read,
  );
}

/** What people write may look like a template; here it is shown as it is. */
const asWritten = (text: string): string => text.replaceAll(/\{(?=[{%])/gu, '{ ');

function promptOf({ workers }: Parameters): string {
  return [
    'You lead workers:',
    ...workers.map(({ id, does }) => `- ${id}: ${asWritten(does)}`),
    'Look at the request and at the work so far. Name as "condition" who goes on, and give the order in one sentence.',
    'When the work is done, or more of it would not make it better, say finish.',
  ].join('\n');
}

function nodesOf({ rounds, onExhausted, ...parameters }: Parameters): readonly object[] {
  return [
    {
      id: 'team',
      type: 'repeat',
      max_iterations: rounds,
      until: 'output.done',
      on_exhausted: onExhausted,
      input: {
        request: '${{ input }}',
        work: '${{ iteration == 1 ? [] : output.work }}',
        result: '${{ iteration == 1 ? null : output.result }}',
      },
      body: bodyOf(parameters),
    },
    {
      id: 'result',
      type: 'end',
      output: {
        result: '${{ output.result }}',
        orders: '${{ output.work.map(w, w.worker + ": " + w.order) }}',
      },
    },
    { id: 'failed', type: 'end', status: 'failure', output: '${{ error.message }}' },
  ];
}

const addedWork =
  '${{ input.work + [{ "worker": stages.supervise.choice, "order": stages.supervise.output.order, "result": output }] }}';

function bodyOf({ workers, resultOf }: Pick<Parameters, 'workers' | 'resultOf'>): object {
  const ids = workers.map(({ id }) => id);
  const isResult = resultOf === undefined ? 'output != null' : `stages.${resultOf}.status == "done"`;
  return {
    nodes: [
      { id: 'supervise', type: 'decision', agent: 'supervisor', input: { work: '${{ input.work }}' } },
      ...ids.map((id) => ({
        id,
        type: 'agent',
        agent: id,
        input: { order: '${{ output.order }}', work: '${{ input.work }}' },
      })),
      {
        id: 'worked',
        type: 'end',
        output: { done: false, result: `\${{ ${isResult} ? output : input.result }}`, work: addedWork },
      },
      { id: 'finished', type: 'end', output: { done: true, result: '${{ input.result }}', work: '${{ input.work }}' } },
      { id: 'leaderless', type: 'end', status: 'failure', output: 'The supervisor failed: ${{ error.message }}' },
    ],
    edges: [
      ...ids.map((id) => ({ from: 'supervise', to: id, condition: id })),
      { from: 'supervise', to: 'finished', condition: 'finish' },
      { from: 'supervise', to: 'finished' },
      ...ids.map((id) => ({ from: id, to: 'worked' })),
      ...ids.map((id) => ({ from: id, to: 'worked', type: 'fallback' })),
      { from: 'supervise', to: 'leaderless', type: 'error' },
    ],
  };
}
