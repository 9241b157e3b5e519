export {
  helperMark,
  targetOf,
  type ChartCall,
  type ChartState,
  type ChartTransition,
  type WorkflowChart,
} from './chart.ts';
export { edgeNames, namesOf } from './breakpoints.ts';
export { controlChanges, type ControlChanges } from './control-changes.ts';
export { isOver, readyNodes, statusOf, tokenOf, type ControlState, type NodeStatus, type Token } from './control.ts';
export type { Gate } from './gate.ts';
export {
  isDoneEdge,
  isTerminal,
  startsChildren,
  type GraphEdge,
  type GraphNode,
  type JoinRule,
  type WorkflowGraph,
} from './graph.ts';
export { joinDecision, ownsBranchFailure } from './joins.ts';
export { settle, startControl, type Settled } from './kernel.ts';
export { isGonePast, verdictOf, wasGonePast, wasPassedOver, type Verdict } from './verdict.ts';
export { distinctOutcomes, isTolerated, isUnhandled, routeTokens, type Outcome, type Resolution } from './routes.ts';
export { edgeParams, runningId, stageChart, type StagePlace } from './stage-chart.ts';
export {
  createStepper,
  storeSnapshot,
  type ChartEffect,
  type ChartInput,
  type ChartSnapshot,
  type Stepped,
  type Stepper,
  type StoredSnapshot,
} from './stepper.ts';
export { timerEvent, timerId, type TimerPurpose } from './timers.ts';
export { createStageActor, type StageFunction } from './stage-actor.ts';
export { createTableStepper } from './table-stepper.ts';
export type { StageEnd, WorkflowContext, WorkflowEvent, WorkflowInput } from './workflow-context.ts';
export { createWorkflowMachine } from './workflow-machine.ts';
export { deliverMessage, resumeCommands, submitTask, type Delivered, type TaskState } from './task-reducer.ts';
export {
  isOpenStatus,
  isTaskOver,
  openStatuses,
  type Arrival,
  type ControlCommand,
  type ControlOrder,
  type Pending,
  type PendingStage,
  type PendingTimer,
  type TaskCommand,
  type TaskCore,
  type TaskMessage,
  type TaskStatus,
} from './task-message.ts';
export { createActorRoot, type ActorRootEvent } from './actor-root.ts';
export { createWorkMachine, type StepInput, type WorkOutput, type WorkSteps } from './work-machine.ts';
export { branchTask, moveTask, type TaskMove } from './task-moves.ts';
export { consentTimerId, isAsking, readConsentTimer } from './waiting.ts';
export { toRow, type TaskRow } from './task-row.ts';
