export { Engine, type EngineOptions } from './engine.ts';
export { loadProject, type LoadedProject } from './load-project.ts';
export type { TaskView } from './task-view.ts';
export type { TaskOptions, Tasks } from './tasks.ts';
