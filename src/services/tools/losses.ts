import type { Repair } from '../json/index.ts';
import { quote } from './failures.ts';
import type { SchemaViolation } from './port.ts';

/** What each kind of repair may have lost, as the end of a sentence that begins with the place. */
const losses: Readonly<Record<string, string>> = {
  undeclared_dropped: 'is not declared in the schema and would be dropped',
  duplicate_key: 'is stated twice',
  missing_closers: 'is not closed at its end, so more may have been meant to follow',
  closers: 'is not closed as it was opened, so more may have been meant to follow',
  surroundings: 'stands among other documents that fit as well',
};

/** The repairs after which a text may not say what was meant; none when all were lossless. */
export function lossesOf({ lossless, actions }: Repair): SchemaViolation[] {
  const found = actions.filter((action) => !action.lossless).map(({ kind, path }) => violationOf(kind, path));
  return found.length > 0 || lossless ? found : [violationOf('repaired', '')];
}

function violationOf(rule: string, path: string): SchemaViolation {
  const subject = path === '' ? 'What was written' : quote(path);
  return { path, rule, message: `${subject} ${losses[rule] ?? 'was repaired, and something may have been lost'}.` };
}
