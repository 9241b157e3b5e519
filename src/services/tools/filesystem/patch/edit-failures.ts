import type { Failure } from '../../../../errors/index.ts';
import { quote } from '../../failures.ts';
import type { Edit } from './edit.ts';
import { lineAt, type EditProblem } from './find-edits.ts';
import { nearestLines } from './nearest-lines.ts';

interface Patched {
  readonly tool: string;
  readonly asked: string;
  readonly text: string;
  readonly edits: readonly Edit[];
}

/** Why no edit was made, in words that a model can act on. Edits are counted from 0, as in the arguments. */
export function editFailure(patched: Patched, problem: EditProblem): Failure {
  const what = `Tool "${patched.tool}" changed nothing in ${quote(patched.asked)}:`;
  const { message, hint, more = {} } = describe(patched, problem);
  return {
    code: 'tool.invalid_input',
    message: `${what} ${message}`,
    hint,
    details: { edit: problem.edit, ...more },
  };
}

interface Description {
  readonly message: string;
  readonly hint: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

function describe(patched: Patched, problem: EditProblem): Description {
  switch (problem.kind) {
    case 'missing':
      return describeMissing(patched, problem.edit);
    case 'ambiguous': {
      const lines = problem.places.map((place) => lineAt(patched.text, place));
      return {
        message: `the passage of edit ${problem.edit} is in it more than once, at the lines ${lines.join(', ')}${problem.more ? ' and more' : ''}.`,
        hint: 'Add lines around it until it is there once, or pass all: true.',
        more: { lines },
      };
    }
    case 'too_many':
      return { message: 'its edits have more than 100000 places.', hint: 'Write the file anew.' };
    case 'overlap': {
      const { edit, other, at } = problem;
      return {
        message: `edits ${Math.min(edit, other)} and ${Math.max(edit, other)} want to change the same passage, at line ${lineAt(patched.text, at)}.`,
        hint: 'Make one edit of them.',
      };
    }
  }
}

function describeMissing({ text, edits }: Patched, edit: number): Description {
  const message = `the passage of edit ${edit} is not in it.`;
  const hint = 'Read the file, and copy the passage as it is, blanks and line ends included.';
  const nearest = nearestLines(text, edits[edit]?.search ?? '');
  if (nearest === undefined) return { message: `${message} Nothing in it is like it.`, hint };
  const { line, lines, isSameButBlanks } = nearest;
  const likeness = isSameButBlanks ? 'Only blanks differ at' : 'Most like it is';
  const shown = lines.map((one) => JSON.stringify(one)).join(', ');
  return { message: `${message} ${likeness} line ${line}: ${shown}.`, hint, more: { nearest: { line, lines } } };
}
