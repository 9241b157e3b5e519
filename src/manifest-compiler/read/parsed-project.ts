import type { Problem, ProblemPath } from '../../errors/index.ts';
import type {
  AgentsFile,
  EngineFile,
  ManifestKind,
  MemoryFile,
  PipelinesFile,
  PluginsFile,
  ToolsFile,
  WorkflowFile,
} from '../../manifest/index.ts';
import type { SourceMap } from '../report/index.ts';
import type { BrokenPart, KeptItems } from './prune.ts';
import type { WorkflowUnit } from './workflow-units.ts';

export type NamedFileKind = 'prompt' | 'script' | 'cassette' | 'schema' | 'module' | 'workflow';

/** A file that a manifest names; `path` is normalised and lies in the project directory. */
export interface NamedFile {
  readonly path: string;
  readonly kind: NamedFileKind;
  /** Manifest that names it. */
  readonly file: string;
  readonly from: ProblemPath;
}

export interface Manifests {
  readonly engine?: EngineFile;
  readonly agents?: AgentsFile;
  readonly tools?: ToolsFile;
  readonly workflow?: WorkflowFile;
  readonly pipelines?: PipelinesFile;
  readonly memory?: MemoryFile;
  readonly plugins?: PluginsFile;
}

/** How one kind of manifest was found: what it is called, and what of it could not be used. */
export interface ManifestState {
  readonly file: string;
  readonly isThere: boolean;
  /** Parts that `manifests` lacks because they are wrong; the empty path stands for the whole file. */
  readonly broken: readonly BrokenPart[];
  /** Where the remaining items of shortened lists stand in the file. */
  readonly kept: KeptItems;
}

/** The manifests of a project after their schemas, before their graph and their references were looked at. */
export interface ParsedProject {
  readonly manifests: Manifests;
  readonly states: Readonly<Record<ManifestKind, ManifestState>>;
  readonly problems: readonly Problem[];
  readonly sources: SourceMap;
  readonly namedFiles: readonly NamedFile[];
  /** The workflow of the project and those that its nodes run, the former first. */
  readonly workflows: readonly WorkflowUnit[];
}
