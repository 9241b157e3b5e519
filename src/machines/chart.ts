/*
 * The XState machine config as this engine writes it: JSON, guards and actions by name with params. It can be stored,
 * drawn, sent to Stately Studio and built again.
 */

export interface ChartCall {
  readonly type: string;
  readonly params?: Readonly<Record<string, string | number>>;
}

export interface ChartTransition {
  readonly target?: string;
  readonly guard?: ChartCall;
  readonly actions?: ChartCall;
}

export interface ChartState {
  readonly id?: string;
  readonly type?: 'parallel' | 'final';
  readonly initial?: string;
  readonly tags?: readonly string[];
  readonly meta?: Readonly<Record<string, string>>;
  readonly states?: Readonly<Record<string, ChartState>>;
  readonly always?: readonly ChartTransition[];
  readonly on?: Readonly<Record<string, readonly ChartTransition[]>>;
  readonly after?: Readonly<Record<string, readonly ChartTransition[]>>;
  readonly onDone?: readonly ChartTransition[];
  readonly exit?: ChartCall;
  readonly invoke?: { readonly id: string; readonly src: string; readonly input: Readonly<Record<string, string>> };
}

export interface WorkflowChart extends ChartState {
  readonly id: string;
}

/** Separates what the compiler adds from the ids of nodes, which cannot contain it. */
export const helperMark = '~';

/** A reference to the state with this id, for a transition. */
export function targetOf(id: string): string {
  return `#${id}`;
}
