import {
  attemptWithRetries,
  judge,
  type judgeValue,
  type nextAttempt,
  type reaskMessage,
  repairAndValidate,
  type Attempted,
  type AttemptReport,
  type Refused,
  type Repair,
  type Repaired,
  type SchemaFinding,
  type Verdict,
  type VerdictCategory,
} from '../../src/services/json/sub-path.ts';

type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;

/** Compiles only when a type is exactly another one. */
function isTrue<Check extends true>(check?: Check): Check | undefined {
  return check;
}

const schema = { type: 'object', properties: { name: { type: 'string' } } };

const { value, repair } = repairAndValidate('{}', schema, { isCutOff: true });
isTrue<Same<typeof value, unknown>>();
isTrue<Same<typeof repair, Repair>>();
isTrue<Same<Repair['category'], 'none' | 'syntax' | 'minor' | 'major'>>();
isTrue<Same<Repair['tier'], 0 | 1 | 2>>();

const verdict = judge('{}', schema);
isTrue<Same<typeof verdict, Verdict>>();
isTrue<Same<ReturnType<typeof judgeValue>, Verdict>>();
if ('repair' in verdict) isTrue<Same<typeof verdict, Repaired>>();
else {
  isTrue<Same<typeof verdict, Refused>>();
  isTrue<Same<(typeof verdict)['category'], VerdictCategory>>();
  isTrue<Same<(typeof verdict)['findings'], readonly SchemaFinding[]>>();
  isTrue<Same<ReturnType<typeof reaskMessage>, string>>();
}

isTrue<Same<Awaited<ReturnType<typeof attemptWithRetries>>, Attempted>>();
isTrue<Same<Attempted['attempts'], readonly AttemptReport[]>>();
isTrue<Same<ReturnType<typeof nextAttempt>['decision'], 'accept' | 'reask' | 'escalate' | 'fail'>>();

// @ts-expect-error a schema is an object or a boolean
repairAndValidate('{}', 'Answer');
// @ts-expect-error both bounds have to be stated
void attemptWithRetries(async () => await Promise.resolve({ text: '' }), schema, { retries: 1 });
