import type { TaskOverrides } from '../../services/index.ts';
import type { ConsentAnswer } from '../consent.ts';
import type { TaskRecord } from '../task-record.ts';

/** The question whether an override may do what needs consent. */
export function overrideQuestion(override: string): string {
  return `override:${override}`;
}

/** What was answered to it, by whichever stage asked. */
export function overrideAnswer({ consents }: TaskRecord, override: string): ConsentAnswer | undefined {
  const question = overrideQuestion(override);
  for (const ofNode of consents.values()) {
    const answer = ofNode.get(question)?.answer;
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** The overrides of a task with what was answered: a child task asks nothing again. */
export function settledOverrides(task: TaskRecord): TaskOverrides | undefined {
  const { overrides } = task.creation;
  if (overrides === undefined || overrides.asks.length === 0) return overrides;
  const answered = (action: ConsentAnswer['action']): readonly string[] =>
    overrides.asks.flatMap(({ override }) => (overrideAnswer(task, override)?.action === action ? [override] : []));
  return {
    ...overrides,
    allowed: [...new Set([...overrides.allowed, ...answered('allow')])],
    denied: [...new Set([...overrides.denied, ...answered('deny')])],
  };
}
