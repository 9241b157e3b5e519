export { drawingModel, type DrawingEdge, type DrawingModel, type DrawingNode } from './drawing-model.ts';
export { edgeLabel } from './edge-label.ts';
export { toMermaid } from './mermaid.ts';
