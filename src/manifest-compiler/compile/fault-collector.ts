import type { ErrorCode, Problem, ProblemPath } from '../../errors/index.ts';
import type { ManifestKind, Mapping } from '../../manifest/index.ts';
import {
  compileExpression,
  compileMapping,
  type CompiledExpression,
  type CompiledMapping,
} from '../expressions/index.ts';
import type { ExpressionFault, ScopeNames } from '../expressions/index.ts';
import { createProblem } from '../report/index.ts';

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
  expression(source: string, scope: ScopeNames, place: Place): CompiledExpression | undefined;
  report(code: ErrorCode, place: Place, fault: Pick<ExpressionFault, 'message' | 'hint'>): void;
}

export function createFaultCollector(placeOf: PlaceOf): FaultCollector {
  const problems = new Map<string, Problem>();
  const report: FaultCollector['report'] = (code, place, { message, hint }) => {
    const { file, path } = placeOf(place);
    const problem = createProblem({ code, message, hint, file, path });
    problems.set(`${file}/${path.join('/')}/${message}`, problem); // several pipelines share a node
  };
  return {
    get problems() {
      return [...problems.values()];
    },
    mapping(value, scope, place) {
      const { mapping, faults } = compileMapping(value, scope);
      for (const { path, fault } of faults) {
        report('MANIFEST_EXPRESSION_INVALID', { ...place, path: [...place.path, ...path] }, fault);
      }
      return mapping;
    },
    expression(source, scope, place) {
      const result = compileExpression(source, scope);
      if (result.ok) return result.expression;
      report('MANIFEST_EXPRESSION_INVALID', place, result.fault);
      return undefined;
    },
    report,
  };
}
