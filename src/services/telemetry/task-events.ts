import { z } from 'zod';
import { EdgeType } from '../../manifest/index.ts';
import { RoutingDecision } from '../routing/index.ts';
import { count, durationMs, eventOf, optionalText, text } from './event-shape.ts';
import { FailureSignatureData } from './failure-schema.ts';

/** How a task goes. */
export const taskEvents = [
  eventOf('task.created', {
    /** Hash of the manifests it is pinned to. */
    definition: text,
    mode: optionalText,
    /** The task whose history it shares, up to which entry. */
    forkedFrom: z.strictObject({ task: text, seq: count }).exactOptional(),
  }),
  /** It goes on with other manifests: hashes, and how many finished stages were kept and lost. */
  eventOf('task.migrated', { definition: text, before: text, kept: count, lost: count }),
  /** It begins as a fork: what came before that entry was told of the other task. */
  eventOf('task.forked', { task: text, seq: count }),
  eventOf('task.started', {}),
  eventOf('task.completed', { status: z.enum(['completed', 'partial']), durationMs }),
  eventOf('task.failed', { durationMs, failure: FailureSignatureData.exactOptional() }),
  eventOf('task.cancelled', { durationMs }),
  /** What its tools did to files was taken back, with force where others had changed them since. */
  eventOf('task.undone', { files: count, conflicts: count, forced: z.boolean() }),
  /** Tasks that were over were removed, those below them, too, since somebody asked for it or the manifest does not keep them. */
  eventOf('task.pruned', { tasks: z.array(text).readonly(), below: count, by: z.enum(['request', 'retention']) }),
  eventOf('task.paused', { reason: optionalText }),
  eventOf('task.resumed', {}),
  /** Of a stage, but for the choice of the pipeline. */
  eventOf('routing.decided', RoutingDecision.shape),
  /** An override holds for the task, in whole or in part. Values stay out: they may be anybody's words. */
  eventOf('override.applied', {
    override: text,
    kind: text,
    scope: text,
    severity: text,
    from: text,
    agent: optionalText,
  }),
  eventOf('override.refused', { override: text, kind: text, reason: text, by: optionalText }),
  eventOf('checkpoint.written', {}),
] as const;

/** Where agents take turns: who is asked, and as which of the candidates. */
const assigned = { agent: optionalText, variant: optionalText };

/** How its stages go. */
export const stageEvents = [
  eventOf('stage.started', { attempt: count, nodeType: text, ...assigned }),
  eventOf('feedback.requested', { actions: z.array(z.string()).readonly() }),
  eventOf('feedback.received', { action: optionalText }),
  eventOf('stage.retrying', { attempt: count, delayMs: durationMs, failure: FailureSignatureData, ...assigned }),
  eventOf('stage.finished', {
    attempt: count,
    durationMs,
    /** What a decision chose. */
    choice: optionalText,
    ...assigned,
  }),
  eventOf('stage.failed', { attempt: count, durationMs, failure: FailureSignatureData, ...assigned }),
  eventOf('stage.skipped', {}),
  eventOf('stage.cancelled', {}),
  eventOf('edge.taken', { from: text, to: text, edgeType: EdgeType, condition: optionalText }),
] as const;
