import { readConsentTimer } from '../machines/index.ts';
import type { EventData } from '../services/index.ts';
import type { Delivery } from './apply-step.ts';
import type { ConsentAnswer, ConsentQuestion } from './consent.ts';
import { consentOf } from './orders/consents.ts';
import type { TaskFact } from './task-fact.ts';
import type { TaskRecord } from './task-record.ts';

/** That a stage under way asks, and how that was answered. */
export function consentFacts(task: TaskRecord, { message, asked }: Delivery): readonly TaskFact[] {
  if (message.kind === 'asks' && asked !== undefined)
    return [{ type: 'security.consent_requested', node: message.node, data: consentData(asked) }];
  const late = message.kind === 'timer' ? readConsentTimer(message.id) : undefined;
  const told = message.kind === 'answer' ? message : late;
  const found = told === undefined ? undefined : consentOf(task, told.node, told.question);
  if (told === undefined || found?.answer === undefined) return [];
  return [{ ...consentFact(found.question, found.answer), node: told.node }];
}

/** Whether a call was allowed, and by whom. */
export function consentFact(question: ConsentQuestion, { action, by, remember }: ConsentAnswer): TaskFact {
  const type = action === 'allow' ? 'security.consent_granted' : 'security.consent_refused';
  return { type, data: { ...consentData(question), by, remember } };
}

function consentData(question: ConsentQuestion): EventData<'security.consent_requested'> {
  const { id, tool, step, agent, rule, risk, capabilities, arguments_hash: argumentsHash } = question;
  return {
    tool,
    question: id,
    rule,
    risk,
    capabilities,
    argumentsHash,
    ...(step !== undefined && { step }),
    ...(agent !== undefined && { agent }),
  };
}
