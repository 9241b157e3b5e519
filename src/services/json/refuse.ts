import { clipFindings, clipText } from './clip.ts';
import type { SchemaFinding } from './finding.ts';
import type { Fitted } from './fit-candidate.ts';
import type { Candidate } from './repair/candidates.ts';
import { faultReasons, type FaultReason } from './repair/node.ts';
import type { Refused, VerdictCategory } from './verdict.ts';

interface Evidence {
  readonly read: readonly Candidate[];
  /** The last document that could not be read. */
  readonly fault: Candidate | undefined;
  readonly fitted: readonly Fitted[];
  /** The provider says that it stopped too early. */
  readonly isCut?: boolean;
}

/** Why there is no value, by the closest candidate. */
export function refuse(raw: string, { read, fault, fitted, isCut = false }: Evidence): Refused {
  const closest = fitted.findLast(({ isRecognised }) => isRecognised);
  if (isCut && (fault !== undefined || read.length > 0)) return syntaxError(raw, fault, 'cut');
  if (fault?.fault !== undefined && closest === undefined) return syntaxError(raw, fault, fault.fault.reason);
  if (closest === undefined)
    return majorError(
      raw,
      fitted.findLast(({ candidate }) => candidate.root?.kind !== 'word'),
    );
  if (closest.unknown.length > 0) return syntaxError(raw, closest.candidate, closest.unknown);
  return mismatch('minor', 'The answer does not fit its schema', closest.findings);
}

function majorError(raw: string, closest: Fitted | undefined): Refused {
  if (closest !== undefined) {
    return mismatch('major', 'The answer is not the document that was asked for', closest.findings);
  }
  const text = raw.trim();
  if (text === '') return nothing('empty', 'The answer is empty.', {});
  const isProse = !/[[{]/u.test(text);
  return nothing(
    'no_json',
    isProse ? 'The answer is prose, not JSON.' : 'The answer holds no JSON of the kind that was asked for.',
    { value: clipText(text) },
  );
}

function nothing(rule: string, message: string, found: Pick<SchemaFinding, 'value'>): Refused {
  return { category: 'major', message, findings: [{ path: '', rule, message, ...found }] };
}

const inTwoWays: SchemaFinding = { path: '', rule: 'ambiguous', message: 'It can be read in more than one way.' };

/** `begin` is a sentence without its full stop. */
function mismatch(category: VerdictCategory, begin: string, found: readonly SchemaFinding[]): Refused {
  const [first = inTwoWays, ...others] = clipFindings(found);
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return { category, message: `${begin}${more}. ${first.message}`, findings: [first, ...others] };
}

const mostOfNear = 40;

function syntaxError(raw: string, candidate: Candidate | undefined, why: FaultReason | readonly string[]): Refused {
  const reason = typeof why === 'string' ? why : 'ambiguous';
  const paths = typeof why === 'string' ? [candidate?.fault?.path ?? ''] : why;
  const offset = candidate?.fault?.offset ?? candidate?.start ?? 0;
  const before = raw.slice(0, offset);
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  const message = `The answer cannot be read safely: at line ${line}, column ${column}, ${faultReasons[reason]}.`;
  const value = raw.slice(Math.max(0, offset - mostOfNear), offset + mostOfNear).toWellFormed();
  return {
    category: 'syntax',
    message,
    findings: clipFindings(paths.map((path) => ({ path, rule: reason, message, value }))),
  };
}
