import { useMemo, useState, type ReactElement } from 'react';
import { exampleInput, workflowText } from './manifests.ts';
import { openWorkflow } from './open-workflow.ts';
import type { SavedTask } from './saved-task.ts';
import { TaskView } from './task-view.tsx';

export interface AppProps {
  /** The task that the page was left with. */
  readonly saved?: SavedTask;
  readonly save: (task: SavedTask | undefined) => void;
  readonly paceMs: number;
}

/** A task that was begun, or is taken up again. */
interface Run {
  readonly number: number;
  readonly values: SavedTask['values'];
  readonly snapshot?: SavedTask['snapshot'];
}

export function App({ saved, save, paceMs }: AppProps): ReactElement {
  const [manifest, setManifest] = useState(saved?.manifest ?? workflowText);
  const [input, setInput] = useState(saved?.values.input ?? exampleInput);
  const [run, setRun] = useState<Run | undefined>(saved && { number: 0, ...saved });
  const { workflow, problems } = useMemo(() => openWorkflow(manifest), [manifest]);

  const begin = (): void => setRun({ number: (run?.number ?? 0) + 1, values: { input, stages: {}, failures: {} } });
  const change = (text: string): void => {
    setManifest(text);
    setRun(undefined); // a snapshot fits the workflow it came from
    save(undefined);
  };

  return (
    <main>
      <header>
        <h1>A workflow in a page</h1>
        <p>
          The manifest is compiled and run here, by XState, with a model that needs no server. Reload while it runs: it
          goes on.
        </p>
      </header>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          begin();
        }}
      >
        <label htmlFor="request">Text to read</label>
        <textarea id="request" rows={8} value={input} onChange={(event) => setInput(event.target.value)} />
        <button type="submit" disabled={workflow === undefined}>
          Run
        </button>
        <WorkflowEditor text={manifest} problems={problems} isBroken={workflow === undefined} onChange={change} />
      </form>
      {workflow === undefined ? (
        <section aria-labelledby="run">
          <h2 id="run">Cannot run</h2>
          <p>Mend what is wrong with the workflow, and its nodes appear here.</p>
        </section>
      ) : (
        <TaskView
          key={run?.number ?? 'none'}
          workflow={workflow}
          paceMs={paceMs}
          {...(run !== undefined && { run })}
          onChange={(snapshot) => {
            if (run !== undefined) save({ manifest, values: run.values, snapshot });
          }}
        />
      )}
    </main>
  );
}

interface WorkflowEditorProps {
  readonly text: string;
  readonly problems: readonly string[];
  readonly isBroken: boolean;
  readonly onChange: (text: string) => void;
}

function WorkflowEditor({ text, problems, isBroken, onChange }: WorkflowEditorProps): ReactElement {
  return (
    <>
      <details>
        <summary>The workflow</summary>
        <label htmlFor="manifest">workflow.yaml</label>
        <textarea
          id="manifest"
          rows={24}
          spellCheck={false}
          value={text}
          aria-invalid={isBroken}
          aria-describedby="problems"
          onChange={(event) => onChange(event.target.value)}
        />
      </details>
      <div id="problems" role="alert">
        {problems.map((problem) => (
          <pre key={problem} tabIndex={0}>
            {problem}
          </pre>
        ))}
      </div>
    </>
  );
}
