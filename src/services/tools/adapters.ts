import type { ToolType } from '../../manifest/index.ts';
import type { ToolAdapter, ToolEnvironment, ToolSpecs } from './adapter.ts';

type AdapterTable = {
  readonly [Type in ToolType]: (spec: ToolSpecs[Type], environment: ToolEnvironment) => Promise<ToolAdapter>;
};

/** Loaded when a project has such a tool. */
const adapters: AdapterTable = {
  'filesystem.read_file': async (spec, environment) =>
    (await import('./filesystem/read-file.ts')).createReadFileTool(spec, environment),
  'filesystem.write_file': async (spec, environment) =>
    (await import('./filesystem/write-file.ts')).createWriteFileTool(spec, environment),
  'filesystem.list': async (spec, environment) =>
    (await import('./filesystem/list.ts')).createListTool(spec, environment),
  'filesystem.search': async (spec, environment) =>
    (await import('./filesystem/search/search.ts')).createSearchTool(spec, environment),
  'filesystem.patch': async (spec, environment) =>
    (await import('./filesystem/patch/patch.ts')).createPatchTool(spec, environment),
  'memory.remember': async (spec, environment) =>
    (await import('./memory/remember.ts')).createRememberTool(spec, environment),
  'memory.recall': async (spec, environment) =>
    (await import('./memory/recall.ts')).createRecallTool(spec, environment),
  'command.run': async (spec, environment) =>
    (await import('./command/command-run.ts')).createCommandTool(spec, environment),
  module: async (spec, environment) => (await import('./handler/module.ts')).createModuleTool(spec, environment),
  registered: async (spec, environment) =>
    (await import('./handler/registered.ts')).createRegisteredTool(spec, environment),
  'http.request': async (spec, environment) =>
    (await import('./http/http-request.ts')).createHttpTool(spec, environment),
  mcp: async (spec, environment) => (await import('./mcp/mcp-tool.ts')).createMcpTool(spec, environment),
};

/** The type is given beside the spec it is taken from, so that the compiler can follow which adapter takes which spec. */
export async function createAdapter<Type extends ToolType>(
  type: Type,
  spec: ToolSpecs[Type],
  environment: ToolEnvironment,
): Promise<ToolAdapter> {
  return await adapters[type](spec, environment);
}
