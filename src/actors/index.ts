export type { Admission, CallBudget, CallEstimate } from './agent/budget.ts';
export { storeNames } from './agent/call.ts';
export { boundless } from './agent/admission.ts';
export type {
  AgentCall,
  AgentNotes,
  AgentReply,
  AgentServices,
  AgentTool,
  ReadyAgent,
  Tell,
  ToolStepResult,
  WrittenPlan,
} from './agent/call.ts';
export { buildRequestPrompt, promptHash } from './agent/prompt/index.ts';
export { checkWindow, roomForPrompt } from './agent/prompt-tokens.ts';
export { plainFailure } from './agent/plain-failure.ts';
export { unfinishedFailure } from './agent/unfinished.ts';
export { usageOf } from './agent/usage-of.ts';
export { tellDenial } from './agent/tell-denial.ts';
export type { CallLog, CallUsage, FailedAnswer, LostAnswer, ModelAnswer, SavedContext } from './agent/call-log.ts';
export type { NamedModel } from './agent/named-model.ts';
export type { AgentHooks, AskedModel, MadeContext } from './agent/hooks.ts';
export { reviewedOutput } from './agent/reviewed-output.ts';
export { messageItem, type AgentMessage } from './agent/message.ts';
export { agentSteps, agentTemplate, isAgentStep, type AgentStep } from './agent/steps.ts';
export { createMemoryLogic, type MemoryActor, type MemoryRequest, type StoreTable } from './memory-actor.ts';
export { createStepLogic, type StepAt, type StepNotes, type WorkEntry } from './step-logic.ts';
export { keepResident, runActor, startTaskSystem, stopTaskSystem, type TaskSystem } from './task-system.ts';
export { changeItem, observationItem, type ObservedCall } from './tool/memory-items.ts';
export {
  isToolStep,
  tellCheck,
  toolSteps,
  type ToolNotes,
  type ToolResults,
  type ToolStageCall,
  type ToolStep,
} from './tool/steps.ts';
