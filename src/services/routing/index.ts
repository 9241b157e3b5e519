export { choosePipeline } from './choose-pipeline.ts';
export { chooseVariant, type AssignedAgent, type VariantCandidate, type VariantRequest } from './choose-variant.ts';
export { RoutingDecision, type RoutingCandidate } from './decision.ts';
export type { PipelineCandidate, PipelineTools, RouteFilter, RouteRequest } from './pipeline-candidate.ts';
