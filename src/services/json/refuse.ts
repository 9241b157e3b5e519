import type { Fitted } from './fit-candidate.ts';
import type { Candidate } from './repair/candidates.ts';
import { faultReasons, type FaultReason } from './repair/node.ts';
import type { Refused } from './verdict.ts';

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
  if (closest === undefined) return majorError(raw, fitted);
  if (closest.unknown.length > 0) return syntaxError(raw, closest.candidate, closest.unknown);
  const [first] = closest.findings;
  return {
    category: 'minor',
    message: `The answer does not fit its schema. ${first?.message ?? 'It can be read in more than one way.'}`,
    findings: closest.findings,
  };
}

function majorError(raw: string, fitted: readonly Fitted[]): Refused {
  const findings = fitted.at(-1)?.findings ?? [];
  const message =
    raw.trim() === ''
      ? 'The answer is empty.'
      : fitted.length === 0
        ? 'The answer holds no JSON of the kind that was asked for.'
        : 'The answer is not the document that was asked for.';
  return { category: 'major', message, findings };
}

function syntaxError(raw: string, candidate: Candidate | undefined, why: FaultReason | readonly string[]): Refused {
  const reason = typeof why === 'string' ? why : 'ambiguous';
  const paths = typeof why === 'string' ? [''] : why;
  const offset = candidate?.fault?.offset ?? candidate?.start ?? 0;
  const before = raw.slice(0, offset);
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  const message = `The answer cannot be read safely: at line ${line}, column ${column}, ${faultReasons[reason]}.`;
  return { category: 'syntax', message, findings: paths.map((path) => ({ path, rule: reason, message })) };
}
