import { colors, stageStates, stateBorders, type StageState, type Theme } from '../tokens.ts';

/** The class of every drawing, which all rules of its style begin with. */
export const drawingClass = 'agent-engine-diagram';

const fonts = 'Inter,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif';

/** The style of drawings in one theme, for the page that a drawing without a style of its own is put in. */
export function diagramStyle(theme: Theme): string {
  const color = colors[theme];
  const rules = [
    ['', `font-family:${fonts};background:${color.ground}`],
    [' .ground', `fill:${color.ground}`],
    [' text', `fill:${color.text};font-size:11px`],
    [' .name', 'font-size:13px;font-weight:600'],
    [' .detail', `fill:${color.secondText}`],
    [' .shape', 'stroke-linejoin:round'],
    [' .frame>.shape', `fill:${color.panel};stroke:${color.line};stroke-width:1.5`],
    [' .parallel.frame>.shape', 'stroke-dasharray:7 5'],
    [' .inner', 'fill:none!important'],
    [' .icon', `fill:none;stroke:${color.secondText};stroke-width:1.3;stroke-linecap:round;stroke-linejoin:round`],
    [' .line', 'fill:none;stroke-width:1.5;stroke-linejoin:round'],
    ...edgeRules('normal', color.edge),
    ...edgeRules('conditional', color.edge),
    ...edgeRules('error', color.error),
    ...edgeRules('fallback', color.fallback),
    ...edgeRules('after', color.after),
    [' .error .line', 'stroke-dasharray:7 4'],
    [' .fallback .line', 'stroke-dasharray:2 3.5;stroke-width:2'],
    [' .after .line', 'stroke-dasharray:10 3 2 3'],
    [' .error .arrow', 'fill:none;stroke-width:1.6'],
    [' .entry', `fill:${color.edge}`],
    [' .label', 'font-size:11.5px'],
    [' .back', `fill:${color.ground};fill-opacity:.92`],
    [' .frame-edge .back', `fill:${color.panel}`],
    [' .taken .line', 'stroke-width:3.2'],
    [' .normal.taken .line, .conditional.taken .line', `stroke:${color.taken}`],
    [' .normal.taken .arrow, .conditional.taken .arrow', `stroke:${color.taken};fill:${color.taken}`],
    [' .taken .entry, .covered .entry', `fill:${color.taken}`],
    [' .untaken .line, .untaken .arrow', 'opacity:.55'],
    [' .untaken text', `fill:${color.secondText}`],
    [' .pill.untaken rect', 'stroke-opacity:.55'],
    [' .covered .line', `stroke:${color.taken};stroke-width:2.6;stroke-dasharray:none`],
    [' .covered .arrow', `stroke:${color.taken};fill:${color.taken}`],
    [' .uncovered .line', `stroke:${color.uncovered};stroke-dasharray:1.5 4;stroke-width:2`],
    [' .uncovered .arrow', `stroke:${color.uncovered};fill:none`],
    [' .count', 'font-weight:600'],
    [' .note', 'font-weight:600'],
    [' .pill rect', `fill:${color.ground};stroke-width:1.2`],
    [' .pill text', 'font-size:10.5px'],
    [' .pill.error rect', `stroke:${color.error};stroke-dasharray:4 2.5`],
    [' .pill.fallback rect', `stroke:${color.fallback};stroke-dasharray:2 2.5`],
    [' .pill.taken rect', 'stroke-width:2.4;stroke-dasharray:none'],
    [' .pill.covered rect', `stroke:${color.taken};stroke-width:1.8;stroke-dasharray:none`],
    [' .pill.uncovered rect', `stroke:${color.uncovered};stroke-dasharray:1.5 3`],
    [' .mark', `fill:none;stroke:${color.ground};stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round`],
    [' .mark.area', `fill:${color.ground};stroke:none`],
    [' .legend .rule', `stroke:${color.line};stroke-width:1`],
    [' .caption', 'font-size:13px;font-weight:600'],
    ...stageStates.flatMap((state) => stateRules(state, theme)),
    ...markRules(theme),
  ];
  return `${rules.map(([selector = '', body = '']) => rule(selector, body)).join('\n')}\n${pulse}`;
}

function rule(selectors: string, body: string): string {
  const each = selectors
    .split(',')
    .map((selector) => `.${drawingClass}${selector === '' ? '' : ` ${selector.trim()}`}`);
  return `${each.join(',')}{${body}}`;
}

function edgeRules(kind: string, color: string): readonly (readonly [string, string])[] {
  return [
    [` .${kind} .line`, `stroke:${color}`],
    [` .${kind} .arrow`, `stroke:${color};fill:${color};stroke-width:1`],
  ];
}

function stateRules(state: StageState, theme: Theme): readonly (readonly [string, string])[] {
  const { border, fill, text } = colors[theme].states[state];
  const { width, dash } = stateBorders[state];
  const dashed = dash === undefined ? '' : `;stroke-dasharray:${dash}`;
  const node = `[data-state=${state}]`;
  return [
    [` ${node}>.shape`, `fill:${fill};stroke:${border};stroke-width:${width}${dashed}`],
    ...(state === 'idle'
      ? []
      : ([
          [` ${node}>text`, `fill:${text}`],
          [` ${node}>.icon`, `stroke:${text}`],
          [` ${node}>.badge circle`, `fill:${border}`],
        ] as const)),
  ];
}

function markRules(theme: Theme): readonly (readonly [string, string])[] {
  const { states, uncovered } = colors[theme];
  return [
    [' .node.covered>.shape', `fill:${states.finished.fill};stroke:${states.finished.border};stroke-width:2`],
    [' .node.uncovered>.shape', `stroke:${uncovered};stroke-width:2;stroke-dasharray:1.5 4`],
    [' .frame.covered>.shape, .frame[data-state]>.shape', `fill:${colors[theme].panel}`],
    [' .badge rect', `fill:${states.finished.border}`],
    [' .badge .count', `fill:${colors[theme].ground}`],
  ];
}

const pulse =
  '@media (prefers-reduced-motion:no-preference){' +
  `.${drawingClass} [data-state=running]>.shape{animation:agent-engine-pulse 2.4s ease-in-out infinite}` +
  '@keyframes agent-engine-pulse{50%{stroke-opacity:.45}}}';
