import { edgeLabel } from '../../diagram/index.ts';
import type { ListedPath, PathList, PipelinePaths } from '../../testing/index.ts';
import type { Output } from '../context.ts';
import { pathFactBlocks } from '../path-facts.ts';
import { lineOf, type Piece } from '../progress/line.ts';
import { safeLine, textWidth } from './safe-text.ts';
import { shortLabels } from './short-labels.ts';

/** Columns for what a fact is about. */
const nameWidth = 15;
/** Expressions can be long; on a terminal they are cut, and a pipe gets them whole. */
const longestLabel = 40;
/** A terminal that is narrower than this gets lines that it breaks itself. */
const leastColumns = 40;

/** Writes the ways through each pipeline, and below them what is known before anything has run. */
export function writePathList(output: Output, { pipelines }: PathList): void {
  for (const [at, pipeline] of pipelines.entries()) {
    if (at > 0) output.write('\n');
    writePipeline(output, pipeline);
  }
}

function writePipeline(output: Output, pipeline: PipelinePaths): void {
  const { bold } = output.colors;
  output.write(`${bold(pipeline.pipeline)}: ${countLine(pipeline)}\n`);
  const labels = labelsOf(output, pipeline);
  const indent = String(pipeline.paths.length).length + 4;
  for (const [at, path] of pipeline.paths.entries()) {
    const lead: Piece = [`${String(at + 1).padStart(indent - 2)}  `, output.colors.dim];
    writeWrapped(output, lead, pathPieces(output, { pipeline, labels }, path));
  }
  for (const { title, rows } of pathFactBlocks(pipeline.facts)) {
    output.write(`\n  ${bold(title)}\n`);
    for (const { name, text } of rows) {
      const words = text.split(' ').map((word): readonly Piece[] => [[word]]);
      const lead = name === undefined ? '    ' : `    ${name.padEnd(nameWidth)}  `;
      writeWrapped(output, [lead, output.colors.dim], words);
    }
  }
}

function countLine({ path_count: digits, paths }: PipelinePaths): string {
  const count = BigInt(digits);
  const all = `${count.toLocaleString('en')} ${count === 1n ? 'path' : 'paths'}`;
  if (count <= BigInt(paths.length)) return all;
  if (paths.length === 0) return `${all}, none of them listed (--limit 0)`;
  return `${all}, the first ${paths.length.toLocaleString('en')} of them listed (see --limit)`;
}

type Labels = ReadonlyMap<string, string>;

/** What is shown for labels that are not shown whole; labels are cut so that paths can be told apart by them. */
function labelsOf({ isTerminal }: Output, { edges }: PipelinePaths): Labels {
  if (!isTerminal) return new Map();
  return shortLabels(
    Object.values(edges).map((edge) => safeLine(edgeLabel(edge) ?? '')),
    longestLabel,
  );
}

/** A piece for each stage, with the arrow that leads to it. */
function pathPieces(
  output: Output,
  { pipeline: { edges }, labels }: { readonly pipeline: PipelinePaths; readonly labels: Labels },
  path: ListedPath,
): readonly (readonly Piece[])[] {
  return path.nodes.map((node, at): readonly Piece[] => {
    const edge = edges[path.edges[at - 1] ?? ''];
    return edge === undefined ? [[node]] : [arrowOf(output, edge, labels), [node]];
  });
}

/** With the marks that edges have in diagrams. */
function arrowOf({ colors }: Output, edge: PipelinePaths['edges'][string], labels: Labels): Piece {
  const label = safeLine(edgeLabel(edge) ?? '');
  const shown = labels.get(label) ?? label;
  const paints = { normal: colors.dim, conditional: colors.cyan, error: colors.red, fallback: colors.yellow };
  return [label === '' ? '→ ' : `─${shown}→ `, paints[edge.kind]];
}

/** Pieces that belong together stay on one line. A pipe gets each path as one line, to be searched and compared. */
function writeWrapped(output: Output, lead: Piece, groups: readonly (readonly Piece[])[]): void {
  const columns = output.isTerminal ? Math.max(leastColumns, output.columns()) : Number.MAX_SAFE_INTEGER;
  const indent = textWidth(lead[0]);
  let line: Piece[] = [lead];
  let width = indent;
  for (const group of groups) {
    const added = group.reduce((sum, [text]) => sum + textWidth(text), 1);
    if (width > indent && width + added > columns) {
      output.write(`${lineOf(line, Number.MAX_SAFE_INTEGER)}\n`);
      line = [[' '.repeat(indent)]];
      width = indent;
    }
    line.push(...(width > indent ? [[' '] as const] : []), ...group);
    width += added;
  }
  output.write(`${lineOf(line, Number.MAX_SAFE_INTEGER)}\n`);
}
