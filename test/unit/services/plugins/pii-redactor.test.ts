import { expect, it } from 'vitest';
import { redactPii } from '../../../../src/services/plugins/shipped/pii-redactor.ts';
import type { EngineEvent } from '../../../../src/services/index.ts';
import { someIds } from '../../../support/event-ids.ts';

const place = { id: 'a/1', v: 1, time: 1, seq: 1, taskId: 'a', ...someIds } as const;
const id = 'order-+49-30-1234567';

it.each([
  { ...place, type: 'task.forked', data: { task: id, seq: 3 } },
  { ...place, type: 'task.pruned', data: { tasks: [id], below: 0, by: 'request' } },
] satisfies EngineEvent[])('leaves ids of tasks in events as they are: $type', (event) => {
  expect(redactPii(event, {})).toEqual(event);
});
