import { Engine } from '../../../../src/index.ts';
import { inspectWith } from '../../../../src/inspect/index.ts';

export async function runInspected(directory: string, request: string, url: string): Promise<string> {
  const engine = await Engine.fromConfigDir(directory);
  await inspectWith(engine, { url });
  const { status } = await engine.runOne(request);
  await engine.close(); // ends the inspection, too
  return status;
}
