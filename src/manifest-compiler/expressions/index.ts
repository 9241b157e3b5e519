export { compileExpression } from './expression.ts';
export { compileMapping } from './mapping.ts';
export { compilePrompt } from './prompt.ts';
export { hasStage } from './scope-check.ts';
export { listNames, nearestName } from './suggestion.ts';
export type {
  CompiledExpression,
  CompiledMapping,
  CompiledPrompt,
  ExpressionFault,
  ExpressionResult,
  Json,
  MappingFault,
  MappingResult,
  PromptResult,
  ScopeNames,
  ScopeValues,
  ScopeVariable,
  ValueShape,
  WorkflowShapes,
} from './types.ts';
