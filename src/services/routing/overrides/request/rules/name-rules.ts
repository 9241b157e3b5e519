import { donts, known, type OverrideDraft, type RequestRule } from './rule.ts';
import type { Captures, RequestNames } from '../pattern.ts';

function readModel({ model: said, target: whose }: Captures, names: RequestNames): OverrideDraft | undefined {
  const model = known(names.model, said);
  const target = known(names.target, whose);
  if (model === undefined || (whose !== undefined && target === undefined)) return undefined;
  return { kind: 'model', payload: { model }, ...(target !== undefined && { target }) };
}

function readPipeline({ name }: Captures, names: RequestNames): OverrideDraft | undefined {
  const pipeline = known(names.pipeline, name);
  return pipeline === undefined ? undefined : { kind: 'routing', payload: { pipeline } };
}

function readAvoid({ name }: Captures, names: RequestNames): OverrideDraft | undefined {
  const avoid = known(names.avoid, name);
  return avoid === undefined ? undefined : { kind: 'routing', payload: { avoid: [avoid] } };
}

const own = 'the|this|your|a|our';

/** What names a model, a pipeline, an agent, a node or a tool. */
export const nameRules: readonly RequestRule[] = [
  {
    id: 'use_model',
    stands: 'first',
    says: [
      `use ${own} <model> model`,
      'use <model> model',
      'use model <model>',
      `use ${own} model <model>`,
      `use ${own} <model> model for the? <target> agent|node|stage?`,
      'use <model> for the? <target> agent|node|stage?',
      'use <model> as the|your model',
      `switch to ${own}? <model> model`,
      `do|run|answer this|it|everything with|on ${own} <model> model`,
      `do|run|answer this|it|everything with|on ${own} <model> model for the? <target> agent|node|stage?`,
    ],
    read: readModel,
  },
  {
    id: 'with_model',
    stands: 'last',
    says: [
      `with|on ${own} <model> model`,
      'with|on model <model>',
      `with|on ${own} <model> model for the? <target> agent|node|stage?`,
    ],
    read: readModel,
  },
  {
    id: 'use_pipeline',
    stands: 'first',
    says: [
      'use|take|run pipeline <name>',
      'use|take|run the pipeline <name>',
      'use|take|run the <name> pipeline',
      'go through|with the <name> pipeline',
    ],
    read: readPipeline,
  },
  {
    id: 'with_pipeline',
    stands: 'last',
    says: ['with|through|using the <name> pipeline', 'with|through|using pipeline <name>'],
    read: readPipeline,
  },
  {
    id: 'avoid',
    stands: 'first',
    says: [
      ...donts('use|take|run|call|ask|involve the? <name> pipeline|agent|tool|node|stage?'),
      'avoid the? <name> pipeline|agent|tool|node|stage?',
      'do it|this without the? <name> pipeline|agent|tool|node|stage?',
    ],
    read: readAvoid,
  },
  {
    id: 'avoid_end',
    stands: 'last',
    says: [
      'without using|calling|running the? <name> pipeline|agent|tool|node|stage?',
      'without the <name> pipeline|agent|tool|node|stage',
    ],
    read: readAvoid,
  },
];
