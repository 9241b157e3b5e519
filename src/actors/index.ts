export type { AgentCall, AgentNotes, AgentReply, AgentServices, NamedModel, ReadyAgent, Tell } from './agent/call.ts';
export { messageItem, type AgentMessage } from './agent/message.ts';
export { agentSteps, isAgentStep, type AgentStep } from './agent/steps.ts';
export { createMemoryLogic, type MemoryActor, type MemoryRequest, type StoreTable } from './memory-actor.ts';
export { createStepLogic, type StepAt, type WorkEntry } from './step-logic.ts';
export { keepResident, runActor, startTaskSystem, stopTaskSystem, type TaskSystem } from './task-system.ts';
export { isToolStep, toolSteps, type ToolNotes, type ToolStageCall, type ToolStep } from './tool/steps.ts';
