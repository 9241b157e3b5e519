import type { ReactElement } from 'react';
import { stateMarks, type NodeState } from './node-states.ts';

export interface ShownNode {
  readonly id: string;
  readonly type: string;
  readonly state: NodeState;
  /** What its stage gave; undefined when there is nothing to show. */
  readonly value: unknown;
}

/** The nodes of a workflow in their order, each with its state as colour, border, mark and word. */
export function NodeList({ nodes }: { readonly nodes: readonly ShownNode[] }): ReactElement {
  return (
    <ol className="nodes">
      {nodes.map(({ id, type, state, value }) => (
        <li key={id} data-node={id} data-state={state}>
          <span className="mark" aria-hidden="true">
            {stateMarks[state]}
          </span>
          <span className="name">{id}</span>
          <span className="type">{type}</span>
          <span className="state">{state}</span>
          {value !== undefined && value !== null && (
            <details>
              <summary>Output of {id}</summary>
              <pre>{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}
