import { renderToString } from 'react-dom/server';
import { createActor, waitFor } from 'xstate';
import { input, machine, Page } from './states.tsx';

const actor = createActor(machine, { input });
actor.start();
await waitFor(actor, ({ children }: { children: Record<string, unknown> }) => children['send'] !== undefined);
// A snapshot is JSON: keep it in a store or a session, or write it into the page.
const snapshot = actor.getPersistedSnapshot();
actor.stop();

console.log(renderToString(<Page snapshot={snapshot} />));
