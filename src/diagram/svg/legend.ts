import { rounded, type Size } from '../geometry.ts';
import type { DrawingEdge, DrawingType } from '../model.ts';
import type { Overlay } from '../overlay.ts';
import type { Picture } from '../picture.ts';
import { shapes } from '../shapes.ts';
import { textWidth } from '../text-width.ts';
import { stageStates, type StageState } from '../tokens.ts';
import { lineElements } from './edge.ts';
import { badges } from './icons.ts';
import { textElement } from './markup.ts';
import { badgeElement } from './node.ts';

interface LegendItem {
  readonly text: string;
  /** How wide the sample is; it is 18 high. */
  readonly width: number;
  readonly sample: string;
}

const typeNames: Readonly<Record<DrawingType, string>> = {
  agent: 'agent',
  tool: 'tool',
  transform: 'transform',
  decision: 'decision',
  merge: 'merge',
  feedback: 'feedback',
  map: 'map: once per item',
  repeat: 'repeat',
  workflow: 'other workflow',
  end: 'end',
  state: 'state',
  parallel: 'parallel states',
  final: 'final state',
};

const edgeNames: Readonly<Record<DrawingEdge['kind'], string>> = {
  normal: 'then',
  conditional: '[when]',
  error: '✕ on failure',
  fallback: '↪ in its place',
  after: 'after a time',
};

const rowHeight = 26;
const gap = 22;

/** What the signs mean that occur in a picture, in rows no wider than it. */
export function legendOf(
  picture: Picture,
  overlay: Overlay | undefined,
  width: number,
): Size & { readonly text: string } {
  const rows = [...typeItems(picture), ...edgeItems(picture), ...overlayItems(overlay)];
  const caption = overlay === undefined || overlay.caption === '' ? [] : [overlay.caption];
  const parts = caption.map((text) => textElement(text, { className: 'caption', x: 0, y: 22 }));
  let x = 0;
  let y = caption.length === 0 ? 12 : 40;
  for (const { text, width: sampleWidth, sample } of rows) {
    const room = sampleWidth + 7 + textWidth(text, 11, 'regular');
    if (x > 0 && x + room > width) {
      x = 0;
      y += rowHeight;
    }
    parts.push(`<g transform="translate(${rounded(x)} ${y})">${sample}</g>`);
    parts.push(textElement(text, { className: 'detail', x: rounded(x + sampleWidth + 7), y: y + 13 }));
    x += room + gap;
  }
  const rule = `<path class="rule" d="M0 0H${rounded(width)}"/>`;
  return { width, height: y + rowHeight, text: `<g class="legend">${rule}${parts.join('')}</g>` };
}

function typeItems({ nodes }: Picture): readonly LegendItem[] {
  const present = new Set(nodes.map(({ node }) => node.type));
  return Object.entries(typeNames).flatMap(([name, text]): LegendItem[] => {
    const type = [...present].find((each) => each === name);
    if (type === undefined) return [];
    const isStack = type === 'map';
    const size = { width: type === 'merge' ? 50 : type === 'feedback' ? 40 : 28, height: 18 };
    const paths = shapes[type].paths(isStack ? { width: 32, height: 22 } : size);
    const lines = paths.map((d, at) => `<path class="shape${at > 0 && !isStack ? ' inner' : ''}" d="${d}"/>`);
    return [
      {
        text,
        width: size.width,
        sample: `<g data-state="idle"${isStack ? ' transform="translate(0 -4)"' : ''}>${lines.join('')}</g>`,
      },
    ];
  });
}

function edgeItems({ edges, nodes, entries }: Picture): readonly LegendItem[] {
  const pills = nodes.flatMap(({ figure }) => figure.pills.map(({ kind }) => kind));
  const present = new Set<string>([...edges.map(({ edge }) => edge.kind), ...pills]);
  const line = [
    { x: 0, y: 9 },
    { x: 30, y: 9 },
  ];
  const samples = Object.entries(edgeNames).flatMap(([kind, text]): LegendItem[] => {
    if (!present.has(kind)) return [];
    return [{ text, width: 30, sample: `<g class="edge ${kind}">${lineElements(line, kind === 'error')}</g>` }];
  });
  if (entries.length === 0) return samples;
  return [{ text: 'begin', width: 11, sample: '<circle class="entry" cx="5.5" cy="9" r="5.5"/>' }, ...samples];
}

function overlayItems(overlay: Overlay | undefined): readonly LegendItem[] {
  if (overlay?.kind === 'coverage') return coverItems();
  const marks = [...(overlay?.nodes.values() ?? [])];
  const present = new Set(marks.map(({ state }) => state));
  return stageStates.filter((state) => present.has(state) && state !== 'idle').map(stateItem);
}

function stateItem(state: StageState): LegendItem {
  const badge = badges[state];
  const mark = badge === undefined ? '' : badgeElement(badge, 'translate(28 2)');
  const outline = shapes.tool.paths({ width: 28, height: 18 })[0] ?? '';
  return { text: state, width: 36, sample: `<g data-state="${state}"><path class="shape" d="${outline}"/>${mark}</g>` };
}

function coverItems(): readonly LegendItem[] {
  const outline = shapes.tool.paths({ width: 28, height: 18 })[0] ?? '';
  const sample = (name: string): string =>
    `<g class="node ${name}" data-state="idle"><path class="shape" d="${outline}"/></g>`;
  return [
    { text: 'covered, and how often', width: 28, sample: sample('covered') },
    { text: 'not covered', width: 28, sample: sample('uncovered') },
  ];
}
