import { createAuditSink } from '../../src/services/audit/index.ts';

/*
 * A process of its own that writes an audit log: so many entries and then no more, or without end, until it is killed.
 */

const [, , file = '', name = '', count] = process.argv;
const last = count === undefined ? Infinity : Number(count);
const sink = createAuditSink({ path: file });
for (let seq = 1; seq <= last; seq += 1) {
  sink.write({ id: `${name}/${seq}`, type: 'task.started', v: 1, time: seq, seq, taskId: name, data: {} });
  sink.write({ id: `${name}/${seq}`, type: 'task.paused', v: 1, time: seq, seq, taskId: name, data: {} });
  if (seq % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
await sink.close?.();
