import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { markdownBlocks } from '../../../test/support/markdown-blocks.ts';
import { openRelay } from '../../../test/support/inspect-relay.ts';
import { startInspected } from './recipes/inspect-actor.ts';

const guide = readFileSync(path.resolve(import.meta.dirname, '../../../docs/embedding.md'), 'utf8');

it('renders on a server what docs/embedding.md shows', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => log.mockRestore());
  await import('./recipes/server.tsx');
  const shown = markdownBlocks(guide).flatMap(({ language, text }) => (language === 'text' ? [text] : []));
  expect(shown).toEqual([`${log.mock.calls.flat().join('\n')}\n`]);
});

it('has an actor in the hands of the inspector', async () => {
  const relay = await openRelay();
  const stop = startInspected(relay.url);
  await relay.until((received) =>
    received.some(({ snapshot }) => JSON.stringify(snapshot).includes('"send":"running"')),
  );
  stop();
  const [actor] = relay.received();
  expect([actor?.type, actor?.name]).toEqual(['@xstate.actor', 'workflow:letter']);
  expect(actor?.definition).toContain('"write"');
});
