import type { EngineEvent } from '../../engine/index.ts';
import { safeText } from '../text/safe-text.ts';

/** A line that is never ended is shown in parts of about this length. */
const longestLine = 400;

/**
 * Prints what agents say, line by line, each with the name of its stage, since several may speak at the same time. Those of
 * child tasks speak, too.
 */
export function createAgentText(print: (text: string) => void): (event: EngineEvent) => void {
  const open = new Map<string, string>();
  return (event) => {
    const name = speakerOf(event);
    const before = open.get(name) ?? '';
    if (event.type === 'llm.chunk') {
      const [lines, rest] = linesIn(before + (event.data.text ?? ''));
      open.set(name, rest);
      for (const line of lines) print(lineFrom(name, line));
    } else if (event.type === 'llm.responded' || event.type === 'llm.failed') {
      open.delete(name);
      if (before !== '') print(lineFrom(name, before));
    }
  };
}

function speakerOf({ taskId, nodeId = '' }: EngineEvent): string {
  const [, ...below] = taskId.split('/');
  return [...below, nodeId].join('/');
}

function lineFrom(name: string, line: string): string {
  return `${name} | ${safeText(line)}`.trimEnd();
}

/** The lines that are whole, and what is left. */
function linesIn(text: string): readonly [lines: readonly string[], rest: string] {
  const lines = text.split('\n');
  let rest = lines.pop() ?? '';
  while (rest.length > longestLine) {
    const space = rest.lastIndexOf(' ', longestLine);
    const end = space > 0 ? space + 1 : longestLine;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [lines.map((line) => line.replace(/\r$/u, '')), rest];
}
