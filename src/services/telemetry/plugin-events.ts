import { z } from 'zod';
import { verdictKinds } from '../plugins/hook-points.ts';
import { eventOf, optionalCount, optionalText, text } from './event-shape.ts';

/** What it was about: the number of a call of a model, or a tool and its step. */
const subject = { call: optionalCount, tool: optionalText, step: optionalText };

/** What plugins do to the work of an engine. Hashes tell what it was about. */
export const pluginEvents = [
  /** A hook had something go another way: hashes of what it was about before and after; of an override, the hash of that. */
  eventOf('hook.changed', {
    plugin: text,
    point: text,
    change: z.enum(verdictKinds),
    before: text,
    after: text,
    ...subject,
  }),
  eventOf('hook.vetoed', { plugin: text, point: text, hash: text, ...subject }),
  /** Its code threw, gave no answer in time, or answered what cannot be used. `critical`: what waited for it failed, too. */
  eventOf('plugin.failed', { plugin: text, point: optionalText, problem: text, critical: z.boolean() }),
] as const;
