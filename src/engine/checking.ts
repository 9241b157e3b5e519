/** The part of this area that checks projects and runs none: what it loads is a fraction of the whole. */
export {
  formatProblem,
  problemsToJson,
  toolReach,
  type Palette,
  type PipelineReach,
} from '../manifest-compiler/index.ts';
export { findBubblewrap } from '../services/checking.ts';
export { loadProject, type LoadedProject } from './project/load-project.ts';
