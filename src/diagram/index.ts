export { coverageOverlay, type CoverageReport } from './coverage-overlay.ts';
export { drawingModel, pipelinesToDraw } from './drawing-model.ts';
export { toDot } from './dot.ts';
export { edgeLabel } from './edge-label.ts';
export { loadElkLayout } from './elk-level.ts';
export { layoutDrawing } from './layout.ts';
export type { LayoutLevel, Level, LevelEdge, LevelLayout, LevelRoute } from './level.ts';
export { toMermaid } from './mermaid.ts';
export type { NodeMark, Overlay } from './overlay.ts';
export type { DrawingEdge, DrawingModel, DrawingNode, DrawingOptions, DrawingType } from './model.ts';
export type { Picture, PlacedEdge, PlacedNode, Route } from './picture.ts';
export {
  advanceProjection,
  edgeKey,
  emptyProjection,
  projectTask,
  type EdgeName,
  type ProjectedEvent,
  type StageProjection,
  type TaskProjection,
} from './project-task.ts';
export { withStoredStages, type StoredStage, type StoredStages } from './stored-stages.ts';
export { statechartModel } from './statechart-model.ts';
export { stageStates, type StageState, type Theme } from './tokens.ts';
export { diagramStyle } from './svg/style.ts';
export { toSvg, type SvgOptions } from './svg/svg.ts';
export { taskOverlay, withNotes } from './task-overlay.ts';
export { toXState, xstateConfig, type XStateOptions } from './xstate.ts';
