import mermaid from 'mermaid';
import { layoutDrawing, loadElkLayout, toMermaid, toSvg } from '../../../src/diagram/index.ts';
import { drawnSamples } from '../../support/diagram/drawn-samples.ts';

const layoutLevel = await loadElkLayout();

/** Flowcharts that were drawn elsewhere, and those of the samples; what Mermaid makes of each. */
async function parsed(text: string): Promise<string> {
  try {
    return (await mermaid.parse(text)).diagramType;
  } catch (error) {
    return String(error);
  }
}

const response = await fetch('/drawings.json');
const drawings: unknown = await response.json();
if (typeof drawings === 'object' && drawings !== null) {
  for (const [name, text] of Object.entries(drawings)) {
    console.log(JSON.stringify({ name, parsed: await parsed(String(text)) }));
  }
}
for (const [name, model] of Object.entries(drawnSamples)) {
  const svg = toSvg(await layoutDrawing(model, layoutLevel), { theme: 'dark' });
  console.log(JSON.stringify({ name, parsed: await parsed(toMermaid(model)), svg }));
}
console.log('done');
