export { chooseModel, type ModelChoice } from './auto/choose-model.ts';
export { costOf, type TokenUsage } from './cost.ts';
export { withCosts } from './priced-client.ts';
export { createModelClient, modelProviders, type ModelProvider } from './model-providers.ts';
export { findInstalledModels } from './ollama/installed-models.ts';
export { createOfflineClient } from './offline/client.ts';
export type { StartTimer } from './adapter-options.ts';
export {
  type ContextText,
  type FinishReason,
  type GenerateOptions,
  type LLMChunk,
  type LLMClient,
  type LLMResult,
  type ModelTool,
  type Prompt,
  type PromptMessage,
  type PromptSubject,
  type ToolCall,
} from './port.ts';
export { retryAfterMs } from './provider-failure.ts';
export { missingKey } from './missing-key.ts';
export { parseScript, scriptProblems, type ScriptSpec } from './script.ts';
export { createScriptedClient, type ScriptedOptions } from './scripted.ts';
