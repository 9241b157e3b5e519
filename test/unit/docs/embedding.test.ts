import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { describe, expect, it, onTestFinished } from 'vitest';
import { markdownBlocks } from '../../support/markdown-blocks.ts';
import { runInspected } from './embedding/inspect-engine.ts';
import { startRelay } from './embedding/relay.ts';

const blocks = markdownBlocks(readFileSync(path.resolve('docs/embedding.md'), 'utf8'));

/** Recipes as users write them: by the name of the package. */
function recipesIn(directory: string): readonly string[] {
  return readdirSync(directory).map((name) =>
    readFileSync(path.join(directory, name), 'utf8')
      .replace('../../../../src/inspect/index.ts', 'agent-engine/inspect')
      .replace('../../../../src/index.ts', 'agent-engine'),
  );
}

describe('docs/embedding.md', () => {
  it('shows the recipes that tests run, each whole', () => {
    const recipes = ['test/unit/docs/embedding', 'examples/react-page/test/recipes'].flatMap(recipesIn);
    const shown = blocks.flatMap(({ language, text }) => (language === 'ts' || language === 'tsx' ? [text] : []));
    expect(shown.toSorted()).toEqual(recipes.toSorted());
  });

  it('has an engine inspected over a relay on this machine', async () => {
    const relay = startRelay(0);
    onTestFinished(() => {
      for (const socket of relay.clients) socket.terminate();
      relay.close();
    });
    await once(relay, 'listening');
    const address = relay.address();
    const url = `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    const receiver = createWebSocketReceiver({ server: url });
    await once(relay, 'connection');
    const last = new Promise<StatelyInspectionEvent>((resolve) => {
      receiver.subscribe((event) => {
        if (event.type === '@xstate.snapshot' && event.snapshot.status === 'done') resolve(event);
      });
    });
    const directory = path.resolve('configs/examples/prompt_chain');
    expect(await runInspected(directory, 'Write about owls.', url)).toBe('completed');
    expect(await last).toMatchObject({ snapshot: { value: 'completed' } });
  });
});
