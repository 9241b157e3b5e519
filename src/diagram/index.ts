export { drawingModel, type DrawingEdge, type DrawingModel, type DrawingNode } from './drawing-model.ts';
export { toMermaid } from './mermaid.ts';
