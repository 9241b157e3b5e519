import type { EngineEvent } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { countText } from './format-values.ts';
import { safeLine } from './safe-text.ts';

/** Tells a person what plugins and sinks fail at, which no task shows: the first time at once, and the sums at the end. */
export interface TroubleNotes {
  take(event: EngineEvent): void;
  end(): void;
}

export function createTroubleNotes({ stderr, atWork }: CliContext): TroubleNotes {
  const failures = new Map<string, number>();
  const dropped = new Map<string, number>();
  const warn = (text: string): void => {
    const line = `${stderr.colors.yellow('warning')} ${safeLine(text)}`;
    if (atWork.print === undefined) stderr.write(`${line}\n`);
    else atWork.print(line);
  };
  const note = (who: string, what: string): void => {
    const times = (failures.get(who) ?? 0) + 1;
    failures.set(who, times);
    if (times === 1) warn(`${who} ${what}`);
  };
  return {
    take({ type, data }) {
      // Of a critical one tells what failed with it.
      if (type === 'plugin.failed' && !data.critical) {
        const place = data.point === undefined ? '' : ` at ${data.point}`;
        note(`Plugin "${data.plugin}"`, `failed${place}: ${data.problem}`);
      } else if (type === 'sink.failed') {
        const who = `Sink "${data.sink}"`;
        note(who, `has a problem: ${data.problem}`);
        if (data.dropped !== undefined) dropped.set(who, (dropped.get(who) ?? 0) + data.dropped);
      }
    },
    end() {
      for (const [who, times] of failures)
        if (times > 1 && !who.startsWith('Sink')) warn(`${who} failed ${times} times in all.`);
      for (const [who, count] of dropped) warn(`${who} lacks ${countText(count, 'event')}.`);
    },
  };
}
