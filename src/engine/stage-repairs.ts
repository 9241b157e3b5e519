import type { TaskRecord } from '../hosts/index.ts';
import type { ProjectSpec } from '../manifest/index.ts';
import { createSchemaValidator, isPlanText, type StoredCall } from '../services/index.ts';
import { stageCalls } from './stage-calls.ts';
import { agentOfNode } from './stages/agent-of-node.ts';

/** What became of the answers of a stage that has to answer by a schema. */
export interface StageRepairs {
  /** Answers that were mended before they fitted. */
  readonly mended: number;
  /** Answers that did not fit, and were asked for again or were the last. */
  readonly refused: number;
}

/** By stage, read again from the calls that are kept: the same schema says the same of the same text. */
export function stageRepairs(
  task: TaskRecord,
  stored: readonly StoredCall[],
  { agents, schemas }: Pick<ProjectSpec, 'agents' | 'schemas'>,
): Readonly<Record<string, StageRepairs>> {
  const validator = createSchemaValidator(schemas);
  const repairs: Record<string, StageRepairs> = {};
  for (const call of stageCalls(stored, { full: true })) {
    const schema = agents[agentOfNode(task, call.stage) ?? '']?.output_schema;
    if (schema === undefined || call.kind !== 'model' || call.text === undefined) continue;
    const { text, tools, finish_reason: finish } = call;
    if (tools !== undefined || isPlanText(text)) continue;
    const verdict = validator.judge(text, schema, { isCutOff: finish === 'length' });
    const { mended, refused } = repairs[call.stage] ?? { mended: 0, refused: 0 };
    if (!('value' in verdict)) repairs[call.stage] = { mended, refused: refused + 1 };
    else if (verdict.repair.actions.length > 0) repairs[call.stage] = { mended: mended + 1, refused };
  }
  return repairs;
}
