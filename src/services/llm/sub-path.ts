/** What `agent-engine/browser` exports: models that answer in a web page, where nothing but the page is at hand. */
export { createOfflineModel, type OfflineChecks } from './offline/model.ts';
export { createScriptedClient as createScriptedModel, type ScriptedOptions } from './scripted.ts';
export type { ReplySpec, ScriptSpec } from './script.ts';
export type {
  ContextText,
  GenerateOptions,
  LLMChunk,
  LLMClient,
  LLMResult,
  ModelTool,
  Prompt,
  PromptMessage,
  PromptSubject,
} from './port.ts';
