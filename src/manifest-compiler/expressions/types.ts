import type { ProblemPath } from '../../errors/index.ts';
import type { Mapping } from '../../manifest/index.ts';

export type Json = Mapping;

export type ScopeVariable =
  'task' | 'input' | 'stages' | 'output' | 'error' | 'item' | 'index' | 'iteration' | 'arrivals' | 'usage';

/** What an expression at one place of a manifest may name. */
export interface ScopeNames {
  readonly variables: readonly ScopeVariable[];
  readonly stages: readonly string[];
  /** Whether `stages` has a name, for whoever can tell without making the list. */
  readonly hasStage?: (name: string) => boolean;
  /** Nothing where fields are not checked. */
  readonly shapes?: OutputShapes | undefined;
  /** Why a stage cannot be read here whose node is there all the same; nothing for a name that no node has. */
  readonly whyUnreadable?: (name: string) => Pick<ExpressionFault, 'message' | 'hint'> | undefined;
}

/** What is known of a map before anything runs. */
export interface ValueShape {
  /** What it is, to begin a sentence with. */
  readonly owner: string;
  readonly fields: readonly string[];
  /** Whether it can have no other fields. Where it might, only what is nearly one of them is taken for a mistake. */
  readonly isClosed: boolean;
  /** What is known of one of its fields. */
  readonly field: (name: string) => ValueShape | undefined;
}

/** What is known of the outputs of a workflow, by the ids of its nodes. */
export interface WorkflowShapes {
  readonly of: (id: string) => ValueShape | undefined;
  /** Of `output` in what is written in a node. */
  readonly before: (id: string) => ValueShape | undefined;
}

/** The same for one place. */
export interface OutputShapes {
  /** That of the variable `output`. */
  readonly output: () => ValueShape | undefined;
  /** Names of fields of which the expression itself asks whether they are there. */
  readonly asked?: ReadonlySet<string>;
  readonly stage: (name: string) => ValueShape | undefined;
}

export type ScopeValues = Readonly<Record<string, unknown>>;

/** Why a text does not compile. The offsets are UTF-16 units from the start of that text. */
export interface ExpressionFault {
  /** One full sentence. */
  readonly message: string;
  /** What to do, as an order. */
  readonly hint?: string;
  readonly start: number;
  readonly end: number;
}

export interface CompiledExpression {
  readonly source: string;
  /** The stages it names, each once, in the order of the text. */
  readonly stages: readonly string[];
  /** The CEL type of what it gives, "dyn" where that depends on its values. */
  readonly type: string;
  /** Gives fresh JSON; throws an error that carries a `config.expression` failure, and nothing else. */
  evaluate(scope: ScopeValues): Json;
}

export type ExpressionResult =
  | { readonly ok: true; readonly expression: CompiledExpression }
  | { readonly ok: false; readonly fault: ExpressionFault };

export interface CompiledMapping {
  readonly stages: readonly string[];
  /** True when no expression is in it: `evaluate` then gives the same deeply frozen value each time. */
  readonly constant: boolean;
  /** Gives fresh JSON but for parts without expressions, which are frozen and shared. Throws as an expression does. */
  evaluate(scope: ScopeValues): Json;
}

export interface MappingFault {
  /** Way from the root of the mapping to the string, or to the key, that holds the fault. */
  readonly path: ProblemPath;
  readonly at?: 'key';
  readonly fault: ExpressionFault;
}

export interface MappingResult {
  readonly mapping: CompiledMapping;
  readonly faults: readonly MappingFault[];
}

export interface CompiledPrompt {
  /** The variables it needs from outside, each once; loop variables and assignments are not among them. */
  readonly variables: () => readonly string[];
  /** Throws an error that carries a `config.expression` failure, and nothing else. */
  render(variables: ScopeValues): string;
}

export type PromptResult =
  { readonly ok: true; readonly prompt: CompiledPrompt } | { readonly ok: false; readonly fault: ExpressionFault };
