import type { ErrorCode, Problem, ProblemPath } from '../../errors/index.ts';
import type { ManifestKind, Mapping } from '../../manifest/index.ts';
import {
  compileExpression,
  compileMapping,
  hasStage,
  type CompiledExpression,
  type CompiledMapping,
} from '../expressions/index.ts';
import type { ExpressionFault, ScopeNames } from '../expressions/index.ts';
import { childValue } from '../read/index.ts';
import { createProblem, limitProblems, partOfText, problemLimit, type ProblemInput } from '../report/index.ts';

/** A place in a manifest at which something is compiled. */
export interface Place {
  readonly kind: ManifestKind;
  /** Of the workflow, for one that child tasks run: see `ProjectSpec.workflows`. */
  readonly workflow?: string;
  readonly path: ProblemPath;
}

/** A place in a file of the project. */
export interface FilePlace {
  readonly file: string;
  readonly path: ProblemPath;
}

/** Where a place of the compiled project is written. */
export type PlaceOf = (place: Place) => FilePlace;

/** Compiles parts of manifests and keeps what is wrong with them, each fault once. */
export interface FaultCollector {
  readonly problems: readonly Problem[];
  mapping(value: Mapping, scope: ScopeNames, place: Place): CompiledMapping;
  /** A condition: nothing when it does not compile, or can never give true or false. */
  condition(source: string, scope: ScopeNames, place: Place): CompiledExpression | undefined;
  /** The same for what has to give a number. */
  number(source: string, scope: ScopeNames, place: Place): CompiledExpression | undefined;
  /** Reports a fault of the text at a place. */
  text(code: ErrorCode, place: Place & { readonly text: string }, fault: ExpressionFault): void;
  /** Reports a fault of a file that a manifest names. */
  file(code: ErrorCode, file: string, fault: ExpressionFault): void;
  report(code: ErrorCode, place: Place, fault: Pick<ExpressionFault, 'message' | 'hint'>): void;
}

export function createFaultCollector(placeOf: PlaceOf): FaultCollector {
  const problems = new Map<string, Problem>();
  // Several pipelines share a node, and several agents a prompt.
  const add = (problem: Problem): void => {
    const { file, path, range, message } = problem;
    const key = JSON.stringify([file, path, range, message]);
    if (!problems.has(key)) problems.set(key, problem);
  };
  // Hints with near names cost a look at every stage, and what is beyond the limit is not shown.
  const known = (scope: ScopeNames): ScopeNames => {
    if (problems.size < problemLimit) return scope;
    return { variables: scope.variables, stages: [], hasStage: (name) => hasStage(scope, name) };
  };
  const report = (code: ErrorCode, place: Place, { message, hint, ...where }: Reported): void =>
    add(createProblem({ code, message, hint, ...placeOf(place), ...where }));
  const text: FaultCollector['text'] = (code, place, { message, hint, start, end }) =>
    report(code, place, { message, ...(hint !== undefined && { hint }), part: partOfText(place.text, start, end) });
  const typed = (source: string, names: ScopeNames, { place, faultOf }: TypedPlace): CompiledExpression | undefined => {
    const result = compileExpression(source, known(names));
    const fault = result.ok ? faultOf(result.expression) : result.fault;
    if (result.ok && fault === undefined) return result.expression;
    if (fault !== undefined) text('MANIFEST_EXPRESSION_INVALID', { ...place, text: source }, fault);
    return undefined;
  };
  return {
    get problems() {
      return limitProblems([...problems.values()]);
    },
    mapping(value, scope, place) {
      const { mapping, faults } = compileMapping(value, known(scope));
      for (const { path, fault, at } of faults) {
        const found = path.reduce<unknown>(childValue, value);
        const whole = { ...place, path: [...place.path, ...path] };
        if (at === 'key') report('MANIFEST_EXPRESSION_INVALID', whole, { ...fault, at });
        else text('MANIFEST_EXPRESSION_INVALID', { ...whole, text: typeof found === 'string' ? found : '' }, fault);
      }
      return mapping;
    },
    condition: (source, scope, place) => typed(source, scope, { place, faultOf: faultOfCondition }),
    number: (source, scope, place) => typed(source, scope, { place, faultOf: faultOfNumber }),
    text,
    file: (code, file, { message, hint, start, end }) =>
      add(createProblem({ code, message, hint, file, path: [], range: [start, end] })),
    report,
  };
}

interface TypedPlace {
  readonly place: Place;
  readonly faultOf: (expression: CompiledExpression) => ExpressionFault | undefined;
}

const numberTypes: ReadonlySet<string> = new Set(['int', 'uint', 'double']);

function faultOfNumber({ source, type }: CompiledExpression): ExpressionFault | undefined {
  if (numberTypes.has(type) || type.startsWith('dyn')) return undefined;
  return {
    message: `The expression always gives a value of the type ${type}, where a number is needed.`,
    hint: 'Write an expression that gives a number, such as "size(task.tags)".',
    start: 0,
    end: source.length,
  };
}

function faultOfCondition({ source, type }: CompiledExpression): ExpressionFault | undefined {
  if (type === 'bool' || type.startsWith('dyn')) return undefined;
  return {
    message: `The condition always gives a value of the type ${type}, where true or false is needed.`,
    hint: 'Write a comparison, such as "output.score >= 0.8".',
    start: 0,
    end: source.length,
  };
}

type Reported = Pick<ExpressionFault, 'message' | 'hint'> & Pick<ProblemInput, 'at' | 'part'>;
