import type { Suite } from '../support/suite.ts';
import { agents } from './agents.ts';
import { cancel } from './cancel.ts';
import { commands } from './commands.ts';
import { compile } from './compile.ts';
import { context } from './context.ts';
import { concurrent } from './concurrent.ts';
import { durable } from './durable.ts';
import { json } from './json.ts';
import { layout } from './layout.ts';
import { live } from './live.ts';
import { map } from './map.ts';
import { memoryAppend, memoryOpen, memoryQuery } from './memory.ts';
import { models } from './models.ts';
import { permissions } from './permissions.ts';
import { resume } from './resume.ts';
import { search } from './search.ts';
import { chain, fanOut, mesh } from './shapes.ts';
import { start } from './start.ts';
import { state } from './state.ts';
import { events, sinks, telling } from './telemetry.ts';

/** All benchmarks, by the names that the command takes. */
export const suites: Readonly<Record<string, Suite>> = {
  chain,
  'fan-out': fanOut,
  mesh,
  concurrent,
  live,
  durable,
  state,
  map,
  resume,
  cancel,
  compile,
  layout,
  json,
  context,
  agents,
  models,
  permissions,
  commands,
  search,
  'memory-open': memoryOpen,
  'memory-append': memoryAppend,
  'memory-query': memoryQuery,
  events,
  telling,
  sinks,
  start,
};
