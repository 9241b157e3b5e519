export { definePlugin, nameHint, pluginFault, type PluginFault } from './define-plugin.ts';
export type {
  DeepReadonly,
  HookContext,
  HookInputs,
  HookOutputs,
  HookPlace,
  HookSubjects,
  MemoryView,
  PromptView,
} from './hook-context.ts';
export type { HookPoint } from './hook-points.ts';
export { loadPlugin } from './load-plugin.ts';
export type {
  HookFunction,
  HookVerdict,
  HookWork,
  Plugin,
  PluginEvents,
  PluginHooks,
  StepContext,
  StepFunction,
  StepVerdict,
} from './plugin.ts';
export { createPluginSet, type PluginSet } from './plugin-set.ts';
export {
  hashOf as contentHash,
  type Accepted,
  type HookChange,
  type HookOutcome,
  type PluginFact,
} from './run-hooks.ts';
export { runPluginStep } from './run-step.ts';
export { frozenCopy } from './frozen-copy.ts';
export { askCode, problemText } from './ask-code.ts';
export { createPiiRedactor, redactPii } from './shipped/pii-redactor.ts';
export { createRateLimiter, longestWaitMs } from './shipped/rate-limiter.ts';
