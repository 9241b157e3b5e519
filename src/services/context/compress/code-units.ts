import { linesOf } from './lines.ts';
import type { Unit } from './unit.ts';

/** Lines of a body that are kept or left out together. */
const linesTogether = 6;
const endsLikeCode = /[;{}()[\],:]\s*$|^\s*(?:\/\/|\/\*|\*|#include|import\s|from\s|def\s|return\b)/u;
const signature =
  /^\s*(?:export|public|private|protected|static|async|abstract|final|pub)?\s*(?:default\s+)?(?:async\s+)?(?:function|class|interface|type|enum|struct|trait|impl|def|fn|func|module|namespace|const|let|var|CREATE|SELECT)\b/u;

/** Whether most lines of a text are lines of a program. */
export function isCode(text: string): boolean {
  const lines = text
    .slice(0, 20_000)
    .split('\n')
    .filter((line) => line.trim() !== '');
  if (lines.length < 5) return false;
  const coded = lines.filter((line) => endsLikeCode.test(line)).length;
  return coded > lines.length * 0.6;
}

/** The units of a program: the lines that say what there is, each by itself, and between them the bodies in short runs. */
export function codeUnits(text: string): readonly Unit[] {
  const units: Unit[] = [];
  let body: string[] = [];
  const endBody = (): void => {
    if (body.length > 0) units.push({ text: body.join(''), form: 'body', isFirst: false });
    body = [];
  };
  for (const line of linesOf(text)) {
    const indent = line.search(/\S/u);
    const isSignature =
      indent >= 0 && indent <= 4 && (signature.test(line) || (indent === 0 && /[({:]\s*$/u.test(line)));
    if (isSignature) {
      endBody();
      units.push({ text: line, form: 'signature', isFirst: units.length === 0 });
    } else {
      body.push(line);
      if (body.length >= linesTogether || line.trim() === '') endBody();
    }
  }
  endBody();
  return units;
}
