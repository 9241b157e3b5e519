import { fitWidthEnd, safeLine, textWidth } from '../text/safe-text.ts';
import type { AgentActivity } from './agent-activity.ts';
import { lineOf, type Piece } from './line.ts';
import type { LineStyle } from './stage-line.ts';

/** What is left for words beside the number and the model of a call, or else the model is left out. */
const leastForWords = 24;

/** What stands under a stage while its agent is at work: what was out of the ordinary, and what it does now. */
export function activityLines(activity: AgentActivity, { layout, output }: LineStyle): readonly string[] {
  const { colors } = output;
  const columns = output.columns();
  const indent = '  '.repeat((layout.depths.get(activity.node) ?? 0) + 1);
  const { remark } = activity;
  const lines: (readonly Piece[])[] = [
    ...(remark === undefined ? [] : [[[remark.text, colors.yellow] as const]]),
    ...nowPieces(activity, { columns: columns - 1 - indent.length, colors }),
  ];
  return lines.map((pieces) => lineOf([[indent], ...pieces], columns));
}

interface Room {
  readonly columns: number;
  readonly colors: LineStyle['output']['colors'];
}

function nowPieces(activity: AgentActivity, { columns, colors }: Room): readonly (readonly Piece[])[] {
  const { call, tools, said } = activity;
  if (tools.size > 0) return [[[`→ ${[...tools.values()].join(', ')}`, colors.cyan]]];
  const head = headOf(activity, columns);
  // A half of a character that is cut at the end of a chunk is shown when it is whole.
  const words = safeLine(said.replace(/[\uD800-\uDBFF]$/u, '').replace(/^[\uDC00-\uDFFF]/u, ''));
  if (words === '') return call > 1 ? [[[head, colors.dim]]] : [];
  const beside = head === '' ? '' : `${head}: `;
  return [[[beside, colors.dim], [fitWidthEnd(words, columns - textWidth(beside))]]];
}

/** The first call of the model is what everybody expects. */
function headOf({ call, model }: AgentActivity, columns: number): string {
  if (call <= 1) return '';
  const full = `call ${call} · ${safeLine(model)}`;
  return columns - textWidth(full) < leastForWords ? `call ${call}` : full;
}
