import type { SQLInputValue } from 'node:sqlite';
import type { ListedTask, TaskFilter } from './port.ts';
import { toListed } from './sqlite-rows.ts';
import type { Session } from './sqlite-session.ts';

type Condition = readonly [sql: string, ...values: SQLInputValue[]];

/** One statement per set of fields that a filter names, so that each can use the index that suits it. */
export function listTasks(session: Session, filter: TaskFilter): readonly ListedTask[] {
  const conditions = conditionsOf(filter);
  const where = conditions.map(([condition]) => condition).join(' AND ');
  const values = conditions.flatMap(([, ...bound]) => bound);
  const text = `SELECT * FROM task WHERE ${where} ORDER BY created_at DESC, rowid DESC LIMIT ?`;
  return session.all(text, ...values, filter.limit ?? -1).map(toListed);
}

function conditionsOf({ below, status, search, mode, definition, ...filter }: TaskFilter): readonly Condition[] {
  return [
    lineageCondition(below),
    ...(status === undefined ? [] : [statusCondition(status)]),
    ...(mode === undefined ? [] : [['mode = ?', mode] as const]),
    ...(definition === undefined ? [] : [['definition = ?', definition] as const]),
    ...(filter.createdAfter === undefined ? [] : [['created_at >= ?', filter.createdAfter] as const]),
    ...(filter.createdBefore === undefined ? [] : [['created_at < ?', filter.createdBefore] as const]),
    // Nothing sorts behind the last character there is.
    ...(search === undefined ? [] : [['id >= ? AND id < ?', search, `${search}\u{10ffff}`] as const]),
  ];
}

/** The id of a task begins with that of the task above it and "/"; the sign after "/" is "0". */
function lineageCondition(below: string | undefined): Condition {
  return below === undefined ? [`instr(id, '/') = 0`] : ['id > ? AND id < ?', `${below}/`, `${below}0`];
}

function statusCondition(status: readonly string[]): Condition {
  const [first, ...rest] = status;
  if (first !== undefined && rest.length === 0) return ['status = ?', first];
  return ['status IN (SELECT value FROM json_each(?))', JSON.stringify(status)];
}
