/** What `agent-engine/inspect` exports: what tasks do, shown by Stately's inspector. */
export { inspectWith, type Inspection, type InspectOptions } from './inspect-with.ts';
