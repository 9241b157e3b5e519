import { createAuditSink } from '../../src/services/audit/index.ts';
import { createEventStream } from '../../src/services/telemetry/index.ts';
import { someIds } from './event-ids.ts';

/*
 * A process of its own that writes an audit log: so many entries and then no more, or without end, until it is killed.
 */

const [, , file = '', name = '', count] = process.argv;
const last = count === undefined ? Infinity : Number(count);
const stream = createEventStream();
stream.addSink(createAuditSink({ path: file }));
for (let seq = 1; seq <= last; seq += 1) {
  const event = { id: `${name}/${seq}`, v: 1, time: seq, seq, taskId: name, ...someIds } as const;
  stream.emit({ ...event, type: 'task.started', data: {} });
  stream.emit({ ...event, type: 'task.paused', data: {} });
  if (seq % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
await stream.complete();
