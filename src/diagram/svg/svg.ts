import { rounded } from '../geometry.ts';
import type { Overlay } from '../overlay.ts';
import type { Picture } from '../picture.ts';
import type { Theme } from '../tokens.ts';
import { edgeElement, entryElement } from './edge.ts';
import { legendOf } from './legend.ts';
import { xmlText } from './markup.ts';
import { nodeElement } from './node.ts';
import { diagramStyle, drawingClass } from './style.ts';

export interface SvgOptions {
  /** The theme of a picture that is a file by itself; without one it has classes alone, for a page that brings the style. */
  readonly theme?: Theme;
  readonly overlay?: Overlay | undefined;
}

const margin = 24;
const leastWidth = 420;

/** A picture as SVG: no script, nothing from elsewhere. The same picture gives the same bytes. */
export function toSvg(picture: Picture, { theme, overlay }: SvgOptions = {}): string {
  const inner = rounded(Math.max(picture.width, theme === undefined ? 0 : leastWidth));
  const legend = theme === undefined ? undefined : legendOf(picture, overlay, inner);
  const left = rounded(margin + (inner - picture.width) / 2);
  const width = rounded(inner + 2 * margin);
  const height = rounded(picture.height + 2 * margin + (legend === undefined ? 0 : legend.height + 20));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="${drawingClass}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${xmlText(titleOf(picture, overlay))}</title>`,
    `<desc>${xmlText(describe(picture, overlay))}</desc>`,
    ...(theme === undefined ? [] : [`<style>\n${diagramStyle(theme)}\n</style>`]),
    `<rect class="ground" width="${width}" height="${height}"/>`,
    `<g transform="translate(${left} ${margin})">`,
    ...picture.nodes.filter(({ node }) => node.isOpen === true).map((placed) => nodeElement(placed, overlay)),
    ...picture.entries.map((entry) => entryElement(entry, overlay)),
    ...picture.edges.map((edge) => edgeElement(edge, overlay)),
    ...picture.nodes.filter(({ node }) => node.isOpen !== true).map((placed) => nodeElement(placed, overlay)),
    '</g>',
    ...(legend === undefined
      ? []
      : [`<g transform="translate(${margin} ${rounded(picture.height + margin + 28)})">${legend.text}</g>`]),
    '</svg>',
    '',
  ].join('\n');
}

function titleOf({ workflow, view }: Picture, overlay: Overlay | undefined): string {
  const what = view === 'statechart' ? `${workflow}: statechart` : workflow;
  return overlay === undefined || overlay.caption === '' ? what : `${what}: ${overlay.caption}`;
}

/** What is there, for those who do not see it. */
function describe({ nodes, edges }: Picture, overlay: Overlay | undefined): string {
  const types = Map.groupBy(nodes, ({ node }) => node.type);
  const counts = [...types].map(([type, list]) => `${list.length} ${type}`).join(', ');
  const pills = nodes.reduce((sum, { figure }) => sum + figure.pills.length, 0);
  const lines = edges.reduce((sum, { edge }) => sum + edge.edges.length, pills);
  const states = Map.groupBy(overlay?.nodes.values() ?? [], ({ state }) => state ?? 'idle');
  const seen = overlay?.kind === 'task' ? [...states].map(([state, list]) => `${list.length} ${state}`).join(', ') : '';
  return `${nodes.length} nodes (${counts}), ${lines} edges.${seen === '' ? '' : ` Stages: ${seen}.`}`;
}
