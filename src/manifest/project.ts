import { z } from 'zod';
import { AgentsFile, AgentSpec } from './agents.ts';
import { JsonSchema } from './common.ts';
import { ToolsFile } from './declared-tools.ts';
import { EngineFile, EngineSpec } from './engine.ts';
import { HookPluginSpec } from './hook-plugins.ts';
import { MemoryFile, MemorySpec } from './memory.ts';
import { PipelinesFile } from './pipelines.ts';
import { PluginsFile, PluginSpec } from './plugins.ts';
import { ToolSpec } from './tools.ts';
import { WorkflowFile, WorkflowSpec } from './workflow.ts';

/** Kinds of manifest, in the order in which problems are reported. */
export const manifestKinds = ['engine', 'agents', 'tools', 'workflow', 'pipelines', 'memory', 'plugins'] as const;
export type ManifestKind = (typeof manifestKinds)[number];

/** What the file of each kind is held against, and what its JSON Schema is made from. */
export const manifestFiles = {
  engine: EngineFile,
  agents: AgentsFile,
  tools: ToolsFile,
  workflow: WorkflowFile,
  pipelines: PipelinesFile,
  memory: MemoryFile,
  plugins: PluginsFile,
} as const satisfies Record<ManifestKind, z.ZodType>;

/** Kinds of file that people write, each with a JSON Schema of its own. Those in evals/ are about a project, and no part of it. */
export const fileKinds = [...manifestKinds, 'evals'] as const;
export type FileKind = (typeof fileKinds)[number];

/** All manifests of a project, validated, with the texts they name. Plain JSON: its hash pins the definition of a task. */
export const ProjectSpec = z.object({
  engine: EngineSpec,
  agents: z.record(z.string(), AgentSpec).readonly(),
  tools: z.record(z.string(), ToolSpec).readonly(),
  workflow: WorkflowSpec,
  /** Workflows that child tasks run: those of other files by path, those in place by the nodes that hold them. */
  workflows: z.record(z.string(), WorkflowSpec).readonly().default({}),
  pipelines: PipelinesFile,
  memory: MemorySpec,
  plugins: z.array(PluginSpec).readonly(),
  /** Patterns of what is taken out of events. */
  redact: z.array(z.string()).readonly().exactOptional(),
  /** Plugins that take part in the work; absent where there are none. */
  hooks: z.array(HookPluginSpec).readonly().exactOptional(),
  /** JSON Schemas by name: the files in schemas/. */
  schemas: z.record(z.string(), JsonSchema).readonly(),
  /** Files that manifests name (prompts, model scripts), by path relative to the project directory. */
  texts: z.record(z.string(), z.string()).readonly(),
});
export type ProjectSpec = Readonly<z.infer<typeof ProjectSpec>>;
