// oxlint-disable-next-line import/no-unassigned-import -- It is there for what it does, before anything else.
import './without-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { loadTask, saveTask } from './saved-task.ts';

const root = document.getElementById('root');
const paceMs = Number(new URLSearchParams(location.search).get('pace') ?? 250);
const saved = loadTask();
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App paceMs={paceMs} save={saveTask} {...(saved !== undefined && { saved })} />
    </StrictMode>,
  );
}
