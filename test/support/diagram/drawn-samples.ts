import type { DrawingModel } from '../../../src/diagram/index.ts';
import { largeModel } from './large-model.ts';
import { oddNames } from './drawn-workflow.ts';

/** Names that break pictures, as ids, names, second lines and labels, also of what is drawn inside of a node. */
export const oddModel: DrawingModel = {
  workflow: oddNames.join(' '),
  view: 'workflow',
  nodes: [
    { id: 'frame', title: oddNames.join(' '), type: 'map', isOpen: true, detail: 'each & every <one>' },
    ...oddNames.map((title, at) => ({
      id: `node ${at} ${title}`,
      title,
      type: 'agent' as const,
      detail: title,
      ...(at > 4 && { parent: 'frame' }),
    })),
  ],
  edges: [
    { id: 'into', from: `node 4 ${oddNames[4] ?? ''}`, to: 'frame', kind: 'fallback', label: '↪ json' },
    ...oddNames.slice(1).flatMap((label, at) =>
      at === 4
        ? []
        : [
            {
              id: `edge ${at} ${label}`,
              from: `node ${at} ${oddNames[at] ?? ''}`,
              to: `node ${at + 1} ${label}`,
              kind: 'conditional' as const,
              label: `[${label}]`,
            },
          ],
    ),
  ],
  entries: [`node 0 ${oddNames[0] ?? ''}`, `node 5 ${oddNames[5] ?? ''}`],
};

export const drawnSamples: Readonly<Record<string, DrawingModel>> = { odd: oddModel, large: largeModel(60) };
