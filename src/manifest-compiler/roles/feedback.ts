import { FeedbackAction, type FeedbackNodeSpec } from '../../manifest/index.ts';
import { handOn, type Answer, type Role } from './role.ts';

/** Waits for a person or a program. What it hands on is the answer. */
export const compileFeedbackNode: Role<FeedbackNodeSpec> = (spec, context) => {
  const text = context.mapping(spec.question ?? spec.description ?? `"${spec.id}" needs an answer.`, ['question']);
  const input = spec.input === undefined ? undefined : context.mapping(spec.input, ['input']);
  const actions = spec.actions ?? FeedbackAction.options;
  return {
    plan(scope) {
      const shown = input === undefined ? scope.output : input.evaluate({ ...scope });
      const asked = text.evaluate({ ...scope });
      return {
        kind: 'feedback',
        question: {
          text: typeof asked === 'string' ? asked : JSON.stringify(asked),
          input: shown,
          actions,
          ...(spec.schema !== undefined && { schema: spec.schema }),
          ...(spec.default !== undefined && { default: readAnswer(spec.default, shown) }),
        },
      };
    },
    conclude: handOn,
  };
};

/**
 * An answer as people and programs give it: an action with what belongs to it, the word "approve" or "reject" alone, or
 * the value of an answer.
 */
export function readAnswer(given: unknown, shown: unknown): Answer {
  const { action, value, comment } = partsOf(given);
  return {
    action,
    value: action === 'approve' ? shown : action === 'reject' ? null : value,
    ...(comment !== undefined && { comment }),
  };
}

function partsOf(given: unknown): { action: FeedbackAction; value: unknown; comment?: string } {
  if (given === 'approve' || given === 'reject') return { action: given, value: null };
  if (typeof given !== 'object' || given === null || !('action' in given)) return { action: 'answer', value: given };
  const action = FeedbackAction.safeParse(given.action);
  if (!action.success) return { action: 'answer', value: given };
  return {
    action: action.data,
    value: 'value' in given ? given.value : null,
    ...('comment' in given && typeof given.comment === 'string' && { comment: given.comment }),
  };
}
