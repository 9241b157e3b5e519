export { findBubblewrap, findProgram } from './command/find-bubblewrap.ts';
export { createToolRuntime } from './create-tool-runtime.ts';
export type { ToolRuntimeOptions } from './load-tools.ts';
export { defineTool, type ToolContext, type ToolDefinition, type ToolHandler } from './define-tool.ts';
export { readToolPlan, type ToolPlanStep } from './tool-plan.ts';
export { isPlanText } from './written-plan.ts';
export type {
  CallMemory,
  ChangeRecord,
  ChangeRecorder,
  ConsentNeed,
  PlannedChange,
  ReadArguments,
  SchemaViolation,
  SecurityCheck,
  ToolCall,
  ToolDescription,
  ToolMode,
  ToolOutcome,
  ToolRuntime,
  ToolSchemas,
  WorkspaceFiles,
} from './port.ts';
