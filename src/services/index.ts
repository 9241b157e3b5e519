export { assembleContext, type ContextPackage, type ContextRequest } from './context/index.ts';
export { createSchemaValidator, nearestWord, type SchemaValidator } from './json/index.ts';
export {
  costOf,
  createModelClient,
  scriptProblems,
  type FinishReason,
  type GenerateOptions,
  type LLMClient,
  type LLMResult,
  type Prompt,
  type PromptSubject,
} from './llm/index.ts';
export {
  createMemoryStores,
  removeTaskMemories,
  type MemoryItem,
  type MemoryQuery,
  type MemoryStore,
  type MemoryStores,
} from './memory/index.ts';
export { withEnvironment, type Environment } from './security/index.ts';
export {
  createSqliteTaskStore,
  currentHolder,
  leaseMs,
  matchesFilter,
  overStatuses,
  type Artifact,
  type JournalEntry,
  type LeaseHolder,
  type ListedTask,
  type OverStatus,
  type Pruned,
  type PruneOptions,
  type Signal,
  type StoredTask,
  type TaskCommit,
  type TaskFilter,
  type StoredCall,
  type StoredChange,
  type TaskStore,
  type WorkspaceChange,
} from './store/index.ts';
export { estimateTokens } from './tokens.ts';
export {
  createEventStream,
  createJsonlSink,
  createMemorySink,
  EngineEvent,
  type EventData,
  type EventStream,
  type EventType,
  type MemorySink,
  type TelemetrySink,
} from './telemetry/index.ts';
export {
  createToolRuntime,
  defineTool,
  readToolPlan,
  type ChangeRecorder,
  type ToolContext,
  type ToolDefinition,
  type ToolHandler,
  type ToolMode,
  type ToolOutcome,
  type ToolPlanStep,
  type ToolRuntime,
  type ToolRuntimeOptions,
  type WorkspaceFiles,
} from './tools/index.ts';
