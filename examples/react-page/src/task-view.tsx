import { createActorContext } from '@xstate/react';
import { useEffect, useState, type ReactElement } from 'react';
import type { AnyStateMachine, Snapshot } from 'xstate';
import { NodeList, type ShownNode } from './node-list.tsx';
import { stateOf, type RunSnapshot } from './node-states.ts';
import type { OpenWorkflow } from './open-workflow.ts';
import { outputOf, provideStages, type TaskValues } from './stage-work.ts';

interface TaskViewProps {
  readonly workflow: OpenWorkflow;
  /** Absent before anything was asked: then the nodes are shown as they lie there. */
  readonly run?: { readonly values: TaskValues; readonly snapshot?: Snapshot<unknown> };
  readonly paceMs: number;
  readonly onChange: (snapshot: Snapshot<unknown>) => void;
}

/** One task. It is a new one for every run: give it another key. */
export function TaskView({ workflow, run, paceMs, onChange }: TaskViewProps): ReactElement {
  const { graph } = workflow.pipeline;
  const [task] = useState(() => run && openTask({ workflow, values: run.values, paceMs }));
  if (run === undefined || task === undefined) {
    return (
      <section aria-labelledby="run">
        <h2 id="run">Not begun</h2>
        <NodeList nodes={graph.nodes.map(({ id, type }) => ({ id, type, state: 'idle', value: undefined }))} />
      </section>
    );
  }
  const { Task, logic } = task;
  const begin = { input: { seed: 'page', maxParallel: 4, paused: false } };
  return (
    <Task.Provider logic={logic} options={run.snapshot === undefined ? begin : { snapshot: run.snapshot }}>
      <RunningTask task={Task} workflow={workflow} values={run.values} onChange={onChange} />
    </Task.Provider>
  );
}

type TaskContext = ReturnType<typeof createActorContext<AnyStateMachine>>;

function openTask(options: Parameters<typeof provideStages>[0]): {
  readonly Task: TaskContext;
  readonly logic: AnyStateMachine;
} {
  return { Task: createActorContext(options.workflow.machine), logic: provideStages(options) };
}

interface RunningTaskProps extends Pick<TaskViewProps, 'workflow' | 'onChange'> {
  readonly task: TaskContext;
  readonly values: TaskValues;
}

function RunningTask({ task, workflow, values, onChange }: RunningTaskProps): ReactElement {
  const actor = task.useActorRef();
  const snapshot: RunSnapshot = task.useSelector((found) => found);
  useEffect(() => {
    // XState starts no delay of a snapshot anew: what is kept is from before a stage began to wait for its next attempt.
    const keep = ({ context }: RunSnapshot): void => {
      if (Object.keys(context.waits).length === 0) onChange(actor.getPersistedSnapshot());
    };
    const subscription = actor.subscribe(keep);
    return () => subscription.unsubscribe();
    // The actor stays the same as long as this component does.
  }, [actor]);

  const { graph } = workflow.pipeline;
  const nodes = graph.nodes.map((node): ShownNode => {
    const { id, type } = node;
    // A decision hands on what it was given: that is no news.
    const value = type === 'decision' ? undefined : values.stages[id]?.output;
    return { id, type, state: stateOf(snapshot, node), value };
  });
  const isOver = snapshot.status === 'done';
  const isFailed = isOver && snapshot.value !== 'completed';
  const verdict = isOver ? String(snapshot.value) : 'running';
  return (
    <section aria-labelledby="run" aria-busy={!isOver}>
      <h2 id="run" data-verdict={verdict}>
        {verdict}
      </h2>
      <NodeList nodes={nodes} />
      <p className="live" role="status">
        {isOver ? `The task is over: ${verdict}.` : `At work: ${namesOf(nodes, 'running')}`}
      </p>
      {!isOver && (
        <button type="button" onClick={() => actor.send({ type: 'task.cancel' })}>
          Cancel
        </button>
      )}
      {isOver && (
        <article className={isFailed ? 'failure' : 'result'} aria-label={isFailed ? 'What went wrong' : 'The result'}>
          <pre>{outputOf({ workflow, values }, snapshot.context.control) || 'There is no output.'}</pre>
        </article>
      )}
    </section>
  );
}

function namesOf(nodes: readonly { readonly id: string; readonly state: string }[], state: string): string {
  return nodes.flatMap((node) => (node.state === state ? [node.id] : [])).join(', ');
}
