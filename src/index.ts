export {
  Engine,
  loadProject,
  type EngineOptions,
  type LoadedProject,
  type TaskOptions,
  type TaskView,
} from './engine/index.ts';
export {
  EngineError,
  isEngineError,
  type ErrorCode,
  type Failure,
  type FailureCategory,
  type FailureKind,
  type FailureSignature,
  type Problem,
} from './errors/index.ts';
export {
  systemClock,
  type Clock,
  type StageRecord,
  type TaskResult,
  type TaskSummary,
  type TaskUsage,
} from './hosts/index.ts';
export { defineTool, EngineEvent, type ToolContext, type ToolDefinition, type ToolHandler } from './services/index.ts';
