import type { Failure } from '../../errors/index.ts';
import {
  consentFact,
  hashOf,
  rootOf,
  type ConsentAnswer,
  type ConsentQuestion,
  type StageCall,
  type TaskFact,
} from '../../hosts/index.ts';
import type { ConsentNeed, ToolRuntime } from '../../services/index.ts';
import { toolMode } from './tool-mode.ts';
import type { ConsentRules } from './consent-rules.ts';

/** A call that a stage is about to make. */
export interface WantedCall {
  /** Tells the calls of one stage apart. */
  readonly key: string;
  readonly tool: string;
  readonly arguments: unknown;
  readonly step?: string;
  readonly agent?: string;
  readonly reason?: string;
}

/** Whether a call may be made; "asked": not yet, a person is asked. */
export type Permit = 'granted' | 'asked' | { readonly refused: Failure };

export interface Consents {
  permit(call: StageCall, wanted: WantedCall): Permit;
}

export interface ConsentsOptions {
  readonly tools: Pick<ToolRuntime, 'check' | 'consent'>;
  readonly rules: ConsentRules;
  readonly tell: (call: StageCall, fact: TaskFact) => void;
}

/** Has people asked before tools run whose manifests want that, and remembers what they said. */
export function createConsents({ tools, rules, tell }: ConsentsOptions): Consents {
  return {
    permit(call, wanted) {
      const { tool, arguments: arguments_ } = wanted;
      const need = tools.consent({ tool, arguments: arguments_, mode: toolMode(call.task.creation.mode) });
      if (need === undefined) return 'granted';
      if (tools.check(tool, arguments_) !== undefined) return 'granted'; // it fails by itself: there is nothing to allow
      const question = questionFor(need, wanted);
      const answer = call.consents.answerTo(question.id);
      if (answer !== undefined) {
        rules.keep(placeOf(call), question, answer);
        return verdict(question, answer);
      }
      const remembered = rules.find(rootOf(call.task.creation.id), question.likeness);
      if (remembered === undefined) {
        call.consents.ask(question, need.timeoutMs);
        return 'asked';
      }
      tell(call, consentFact(question, remembered));
      return verdict(question, remembered);
    },
  };
}

function placeOf({ task, stage }: StageCall): { readonly task: string; readonly stage: string } {
  return { task: task.creation.id, stage: stage.node };
}

/** An answer holds for one call of a stage, also when that is tried again, and for no other arguments. */
function questionFor(need: ConsentNeed, { key, tool, step, agent, reason }: WantedCall): ConsentQuestion {
  const { rule, risk, capabilities, command, argumentsHash, likeness } = need;
  return {
    id: hashOf(JSON.stringify([key, likeness, argumentsHash])).slice(0, 16),
    tool,
    ...(step !== undefined && { step }),
    ...(agent !== undefined && { agent }),
    ...(reason !== undefined && { reason: reason.slice(0, 500).toWellFormed() }),
    ...(command !== undefined && { command }),
    arguments: need.arguments,
    arguments_hash: argumentsHash,
    risk,
    capabilities: [...capabilities],
    rule,
    likeness,
  };
}

function verdict({ tool, id, rule }: ConsentQuestion, { action, by, comment }: ConsentAnswer): Permit {
  if (action === 'allow') return 'granted';
  const why =
    by === 'timeout'
      ? `Nobody allowed the tool "${tool}" to run before the time to answer was up.`
      : `A person did not allow the tool "${tool}" to run${comment === undefined ? '.' : `: ${comment}`}`;
  return {
    refused: {
      code: 'permission.denied',
      message: why,
      hint: 'Go on without this call.',
      details: { consent: id, by, rule },
    },
  };
}
