import { readConsentTimer, type PendingStage, type TaskMessage } from '../../machines/index.ts';
import type { Consent, ConsentAnswer, ConsentQuestion, StageConsents } from '../consent.ts';
import type { TaskRecord } from '../task-record.ts';

/*
 * Questions that stages ask while they are under way: whether a tool may run. They and their answers are entries of the
 * journal. An answer is not the result of the stage: it has the stage begin again, which then finds it.
 */

/** A message about a question, with what comes along. */
interface ConsentMessage {
  readonly message: TaskMessage;
  readonly asked?: ConsentQuestion;
  readonly consent?: ConsentAnswer;
}

/** Keeps questions and answers as the reducer took them. */
export function noteConsent(task: TaskRecord, { message, asked, consent }: ConsentMessage): void {
  if (message.kind === 'asks' && asked !== undefined) put(task, message.node, { question: asked });
  if (message.kind !== 'answer' || consent === undefined) return;
  const known = consentOf(task, message.node, message.question);
  if (known !== undefined) put(task, message.node, { ...known, answer: consent });
}

/** Nobody answered in time, which is a no. */
export function noteLateConsent(task: TaskRecord, timerId: string): void {
  const { node, question } = readConsentTimer(timerId) ?? { node: '', question: '' };
  const known = consentOf(task, node, question);
  const answer: ConsentAnswer = { action: 'deny', remember: 'once', by: 'timeout' };
  if (known !== undefined) put(task, node, { ...known, answer });
}

export function consentOf(task: TaskRecord, node: string, question: string): Consent | undefined {
  return task.consents.get(node)?.get(question);
}

function put(task: TaskRecord, node: string, consent: Consent): void {
  const ofNode = task.consents.get(node) ?? new Map<string, Consent>();
  task.consents.set(node, ofNode.set(consent.question.id, consent));
}

/** The open questions of a stage under way, those asked first at the front. */
export function openConsents(task: TaskRecord, { node, asks = [] }: PendingStage): readonly ConsentQuestion[] {
  return asks.flatMap((id) => consentOf(task, node, id)?.question ?? []);
}

export function stageConsents(
  task: TaskRecord,
  { node, token }: PendingStage,
  post: (delivery: ConsentMessage) => void,
): StageConsents {
  return {
    answerTo: (question) => consentOf(task, node, question)?.answer,
    ask(asked, timeoutMs) {
      const timed = timeoutMs === undefined ? {} : { timeoutMs };
      post({ message: { kind: 'asks', node, token, question: asked.id, ...timed }, asked });
    },
  };
}
