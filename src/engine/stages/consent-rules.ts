import { z } from 'zod';
import { ConsentAnswer, rootOf, type ConsentQuestion } from '../../hosts/index.ts';
import type { ConsentFile } from '../project/consent-file.ts';
import type { CallKeeper } from './call-logs.ts';

/** Answers that hold for more than the call that was asked about. */
export interface ConsentRules {
  /** What is remembered for like calls of a task, or of the whole project. */
  find(rootId: string, likeness: string): ConsentAnswer | undefined;
  /** Remembers an answer as far as it says so; once, however often the stage finds it. */
  keep(place: ConsentPlace, question: ConsentQuestion, answer: ConsentAnswer): void;
}

export interface ConsentPlace {
  readonly task: string;
  readonly stage: string;
}

const scope = 'consent';
const Kept = z.object({ likeness: z.string(), answer: ConsentAnswer });

/** Those of a task lie where its calls lie, below the task at the top: it and its child tasks share them. */
export function createConsentRules(calls: CallKeeper, file: ConsentFile, now: () => number): ConsentRules {
  return {
    find(rootId, likeness) {
      const found = calls
        .calls(rootId, scope)
        .map(({ text }) => Kept.parse(JSON.parse(text)))
        .findLast((kept) => kept.likeness === likeness);
      const answer = found?.answer ?? file.find(likeness);
      return answer === undefined ? undefined : { ...answer, by: 'remembered' };
    },
    keep(place, question, answer) {
      if (answer.by !== 'person') return;
      if (answer.remember === 'project') file.remember({ ...place, question, answer });
      if (answer.remember !== 'task') return;
      const task = rootOf(place.task);
      const key = `${place.task} ${place.stage} ${question.id}`;
      if (calls.calls(task, scope).some((kept) => kept.key === key)) return;
      const text = JSON.stringify({ likeness: question.likeness, answer } satisfies z.infer<typeof Kept>);
      calls.save({ task, scope, key, at: now(), text });
    },
  };
}
