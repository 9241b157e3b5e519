export { canonicalAddress, isLoopback, isPublicAddress, namesSpecial, type AddressRange } from './addresses.ts';
export { AgentsFile, AgentSpec, DeclaredAgentSpec } from './agents.ts';
export { BudgetSpec } from './budget.ts';
export { Duration, FailureCategoryName, Id, JsonSchema, Mapping, SchemaReference } from './common.ts';
export {
  matchesCommand,
  readCommandPattern,
  splitCommandWords,
  type CommandPattern,
  type CommandWords,
} from './command-words.ts';
export { toolCapabilities, undeclaredCapabilities, type ToolCapability, type ToolRisk } from './tool-capabilities.ts';
export { splitGlob } from './split-glob.ts';
export { MapNodeSpec, RepeatNodeSpec, WorkflowNodeSpec } from './child-nodes.ts';
export { BodyNodeSpec, DeclaredNodeSpec } from './declared-node.ts';
export { EvalCaseSpec, EvalsFile, JudgeSpec } from './evals.ts';
export { FeedbackAction, FeedbackNodeSpec } from './feedback-node.ts';
export { DeclaredToolSpec, ToolsFile } from './declared-tools.ts';
export { durationMs } from './duration.ts';
export { DefaultsSpec, EngineFile, EngineSpec, KeptFor, RetentionSpec } from './engine.ts';
export {
  overrideScopes,
  OverrideSpec,
  type OverrideKind,
  type OverrideScope,
  type OverrideSeverity,
  type OverridesSpec,
  type Verbosity,
} from './overrides.ts';
export { PermissionsSpec } from './permissions.ts';
export { headerProblem, isHeaderValue } from './header-rules.ts';
export {
  coversHosts,
  matchesHost,
  matchesPort,
  readHostPattern,
  type HostAndPort,
  type HostPattern,
} from './host-pattern.ts';
export { outsideNames, replaceOutside, secretPath, takesOutsideValue } from './outside-values.ts';
export { placeholdersIn, templateParts, wholePlaceholder, type TemplatePart } from './placeholders.ts';
export { hasDotSegment, hostOf, isInQuery, readUrlTemplate, type UrlTemplate } from './url-template.ts';
export { ContextProfileSpec, CostMode, DenySpec, RetrievalPolicy } from './context-profiles.ts';
export { EmbeddingSpec } from './embedding.ts';
export { MemoryFile, MemorySpec } from './memory.ts';
export { StoreName, StoreSpec } from './memory-stores.ts';
export { auto, providers } from './providers.ts';
export {
  AgentNodeSpec,
  DecisionNodeSpec,
  EndNodeSpec,
  MergeNodeSpec,
  MergePolicy,
  NodeSpec,
  ToolNodeSpec,
  TransformNodeSpec,
  type NodeType,
} from './node.ts';
export { FallbackSpec, PipelinesFile, PipelineSpec } from './pipelines.ts';
export { HookPluginSpec, isHookPlugin, piiKinds, type PiiKind, type RateLimitSpec } from './hook-plugins.ts';
export { DeclaredPluginSpec, PluginsFile, PluginSpec } from './plugins.ts';
export { fileKinds, manifestFiles, manifestKinds, ProjectSpec, type FileKind, type ManifestKind } from './project.ts';
export { ToolSpec, type ToolType } from './tools.ts';
export { DeclaredWorkflowSpec, EdgeSpec, EdgeType, WorkflowFile, WorkflowSpec } from './workflow.ts';
export { ModelSpec, PriceSpec } from './models.ts';
export { defaultPrices, isPaid, priceOf, pricesAsOf } from './prices.ts';
