import { z } from 'zod';
import { FeedbackAction, type FeedbackNodeSpec } from '../../manifest/index.ts';
import { nearestName } from '../expressions/index.ts';
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
          ...defaultOf(spec, shown),
        },
      };
    },
    conclude: handOn,
  };
};

/** The checks have held it against what an answer may be. */
function defaultOf(spec: FeedbackNodeSpec, shown: unknown): { readonly default?: Answer } {
  const read = spec.default === undefined ? undefined : readAnswer(spec.default, shown);
  return read?.ok === true ? { default: read.answer } : {};
}

const comment = z.string().optional();

/** An answer with all that belongs to it. */
const GivenAnswer = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('approve'), comment }),
  z.strictObject({ action: z.literal('reject'), comment }),
  z.strictObject({ action: z.literal('edit'), value: z.json(), comment }),
  z.strictObject({ action: z.literal('answer'), value: z.json(), comment }),
]);

export type ReadAnswer =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/**
 * An answer as people and programs give it: an action with what belongs to it, the word "approve" or "reject" alone, or
 * the value of an answer. What has an `action` is held against the fields of that action: a misspelt one must not be lost.
 */
export function readAnswer(given: unknown, shown: unknown): ReadAnswer {
  if (given === 'approve' || given === 'reject') return readAnswer({ action: given }, shown);
  if (!isWithAction(given)) return { ok: true, answer: { action: 'answer', value: given } };
  const parsed = GivenAnswer.safeParse(given);
  if (!parsed.success) return { ok: false, ...faultOf(given) };
  const { action, ...rest } = parsed.data;
  const value = action === 'approve' ? shown : action === 'reject' ? null : 'value' in rest ? rest.value : null;
  return { ok: true, answer: { action, value, ...(rest.comment !== undefined && { comment: rest.comment }) } };
}

function isWithAction(given: unknown): given is { readonly action: unknown } {
  return typeof given === 'object' && given !== null && !Array.isArray(given) && Object.hasOwn(given, 'action');
}

function faultOf(given: { readonly action: unknown }): { readonly message: string; readonly hint: string } {
  const action = FeedbackAction.safeParse(given.action);
  if (!action.success) {
    const near = typeof given.action === 'string' ? nearestName(given.action, FeedbackAction.options) : undefined;
    return {
      message: `${JSON.stringify(given.action)} is nothing that can be done with a question.`,
      hint:
        near === undefined
          ? `Use one of: ${FeedbackAction.options.join(', ')}. A value that has an "action" goes into { action: answer, value }.`
          : `Did you mean "${near}"?`,
    };
  }
  const takesValue = action.data === 'edit' || action.data === 'answer';
  return {
    message: `An answer with the action "${action.data}" has other fields than it takes.`,
    hint: takesValue
      ? 'Give "value", and "comment" if there is one.'
      : 'Give nothing else but a "comment", if there is one.',
  };
}
