import type { Clock, Places, TaskRecord } from '../hosts/index.ts';
import type { Environment, ToolDefinition, ToolHandler } from '../services/index.ts';
import type { SaveChange } from './history/change-log.ts';
import type { EnginePlugins } from './plugins/engine-plugins.ts';
import type { ConsentFile } from './project/consent-file.ts';
import type { CallKeeper } from './stages/call-logs.ts';
import type { Telemetry } from './telemetry.ts';

/** What the definitions of one engine share. */
export interface DefinitionContext {
  readonly directory: string;
  readonly stateDirectory: string;
  /** Manifests are read from the directory; without that they were given as texts. */
  readonly hasManifestFiles: boolean;
  readonly environment: Environment;
  readonly handlers: ReadonlyMap<string, ToolHandler | ToolDefinition>;
  readonly telemetry: Telemetry;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Those of stages and of the calls that they make. */
  readonly places: Places;
  /** Measures the time limits of calls of models. */
  readonly startTimer: Clock['startTimer'];
  /** Keeps what models and tools answer inside of stages. */
  readonly calls: CallKeeper;
  /** Answers that hold for the whole project. */
  readonly consents: ConsentFile;
  readonly plugins: Pick<EnginePlugins, 'set' | 'open'>;
  /** Keeps what tools do to files. Absent where nothing is kept. */
  readonly saveChange?: SaveChange;
  /** A task and all below it as they stand, also those that are over. Absent where nothing is kept. */
  readonly tasksOf?: (rootId: string) => readonly TaskRecord[];
}
