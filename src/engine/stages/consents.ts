import { tellCheck, type ToolStageCall } from '../../actors/index.ts';
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
import { effectsFor } from '../overrides/gate.ts';
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

/** What the call would be made with. */
export type CallBounds = Omit<ToolStageCall, 'tool' | 'arguments'>;

export interface Consents {
  permit(call: StageCall, wanted: WantedCall, bounds: CallBounds): Promise<Permit>;
}

export interface ConsentsOptions {
  readonly tools: Pick<ToolRuntime, 'check' | 'consent' | 'denial'>;
  readonly rules: ConsentRules;
  readonly tell: (call: StageCall, fact: TaskFact) => void;
}

/** Has people asked before tools run whose manifests want that, and remembers what they said. */
export function createConsents({ tools, rules, tell }: ConsentsOptions): Consents {
  return {
    async permit(call, wanted, bounds) {
      const { tool, arguments: arguments_ } = wanted;
      const need = tools.consent({ tool, arguments: arguments_, mode: toolMode(call.task.creation.mode) });
      if (need === undefined || effectsFor(call.task)?.skipsConsent === true) return 'granted';
      if (tools.check(tool, arguments_) !== undefined) return 'granted'; // it fails by itself: there is nothing to allow
      const question = questionFor(need, wanted);
      const answer = call.consents.answerTo(question.id);
      if (answer !== undefined) {
        rules.keep(placeOf(call), question, answer);
        return verdict(question, answer);
      }
      const remembered = rules.find(rootOf(call.task.creation.id), question.likeness);
      if (remembered === undefined) {
        // Nobody is asked for what would be refused all the same. It stays refused: what decides could be another by then.
        const refused = await tools.denial(callOf(wanted, bounds));
        if (refused !== undefined) return { refused };
        call.consents.ask(question, need.timeoutMs);
        return 'asked';
      }
      tell(call, consentFact(question, remembered));
      return verdict(question, remembered);
    },
  };
}

function callOf(
  { tool, arguments: arguments_, step }: WantedCall,
  bounds: CallBounds,
): Parameters<ToolRuntime['denial']>[0] {
  const told = { ...bounds, tool, arguments: arguments_, ...(step !== undefined && { step }) };
  const { mode, idempotencyKey, signal, levels } = bounds;
  return {
    tool,
    arguments: arguments_,
    mode,
    idempotencyKey,
    signal,
    ...(levels !== undefined && { levels }),
    onChecked: (check) => tellCheck(told, check),
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
