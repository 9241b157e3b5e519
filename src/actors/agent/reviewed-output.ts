import { failureError } from '../../errors/index.ts';
import type { AgentNotes } from './call.ts';
import type { StepRequest } from './step.ts';

/** What a stage has come to, as plugins leave it: before anything is made of it. */
export async function reviewedOutput({
  call,
  notes,
}: Pick<StepRequest, 'call' | 'notes'>): Promise<Pick<AgentNotes, 'output' | 'reviewed'>> {
  const { afterAgent } = call.hooks;
  if (afterAgent === undefined || notes.reviewed === true) return {};
  const output = 'output' in notes ? notes.output : (notes.reply?.text ?? null);
  const reviewed = await afterAgent(output);
  if (call.signal.aborted) throw failureError({ code: 'cancelled.task', message: 'The stage was stopped.' });
  return { output: reviewed, reviewed: true };
}
