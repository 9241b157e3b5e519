import { layoutDrawing, loadElkLayout, toSvg } from '../../src/diagram/index.ts';
import { largeModel } from '../../test/support/diagram/large-model.ts';
import { measure } from '../support/measure.ts';
import type { CaseSetting, Figures, Suite } from '../support/suite.ts';

/** What a picture costs besides its project: 40 nodes may take 0.5 s of processor time, 200 one, 1,000 three. */
export const layout: Suite = {
  title: 'Workflows are laid out and drawn',
  counts: 'nodes',
  sizes: [40, 200, 1_000],
  quickSizes: [40],
  growth: [200, 1_000],
  figures: { layout: 'layout, CPU ms', draw: 'SVG, CPU ms', wall: 'both, wall ms' },
  cases: { 'Agent Engine, elkjs': { measure: measured } },
};

async function measured({ size, isQuick }: CaseSetting): Promise<Figures> {
  const model = largeModel(size);
  const layoutLevel = await loadElkLayout();
  const picture = await layoutDrawing(model, layoutLevel);
  const runs = isQuick ? 3 : 7;
  const places = await measure(1, async () => void (await layoutDrawing(model, layoutLevel)), runs);
  const text = await measure(1, () => void toSvg(picture, { theme: 'light' }), runs);
  return { layout: places.cpuUs / 1_000, draw: text.cpuUs / 1_000, wall: (places.wallUs + text.wallUs) / 1_000 };
}
