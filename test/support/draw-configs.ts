import { drawingModel, layoutDrawing, loadElkLayout, toMermaid, toSvg } from '../../src/diagram/index.ts';
import { loadProject } from '../../src/index.ts';
import { configDirectory, configNames } from './config-projects.ts';

/** The pictures of every project below configs/, and of what its child tasks run: text by path below visualizations/. */
export async function drawConfigs(): Promise<ReadonlyMap<string, string>> {
  const pictures = new Map<string, string>();
  const layoutLevel = await loadElkLayout();
  for (const name of configNames()) {
    const { compiled, problems } = await loadProject(configDirectory(name));
    if (compiled === undefined) throw new Error(problems.map(({ message }) => message).join(' '));
    pictures.set(`${name}.mmd`, toMermaid(drawingModel(compiled, { collapse: 'all' })));
    const picture = await layoutDrawing(drawingModel(compiled), layoutLevel);
    for (const theme of ['light', 'dark'] as const) pictures.set(`${name}.${theme}.svg`, toSvg(picture, { theme }));
    for (const [id, { workflow }] of compiled.bodies) {
      pictures.set(`${name}.${workflow.id}.mmd`, toMermaid(drawingModel(compiled, { pipeline: id, collapse: 'all' })));
    }
  }
  return pictures;
}
