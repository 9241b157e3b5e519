import type { ToolType } from '../../manifest/index.ts';
import type { ToolAdapter, ToolEnvironment, ToolSpecs } from './adapter.ts';
import { createCommandTool } from './command/command-run.ts';
import { createListTool } from './filesystem/list.ts';
import { createPatchTool } from './filesystem/patch/patch.ts';
import { createReadFileTool } from './filesystem/read-file.ts';
import { createSearchTool } from './filesystem/search/search.ts';
import { createWriteFileTool } from './filesystem/write-file.ts';
import { createHttpTool } from './http/http-request.ts';
import { createModuleTool } from './handler/module.ts';
import { createRegisteredTool } from './handler/registered.ts';
import { createRecallTool } from './memory/recall.ts';
import { createRememberTool } from './memory/remember.ts';
import { createMcpTool } from './mcp/mcp-tool.ts';

type AdapterTable = {
  readonly [Type in ToolType]: (
    spec: ToolSpecs[Type],
    environment: ToolEnvironment,
  ) => ToolAdapter | Promise<ToolAdapter>;
};

const adapters: AdapterTable = {
  'filesystem.read_file': createReadFileTool,
  'filesystem.write_file': createWriteFileTool,
  'filesystem.list': createListTool,
  'filesystem.search': createSearchTool,
  'filesystem.patch': createPatchTool,
  'memory.remember': createRememberTool,
  'memory.recall': createRecallTool,
  'command.run': createCommandTool,
  module: createModuleTool,
  registered: createRegisteredTool,
  'http.request': createHttpTool,
  mcp: createMcpTool,
};

/** The type is given beside the spec it is taken from, so that the compiler can follow which adapter takes which spec. */
export async function createAdapter<Type extends ToolType>(
  type: Type,
  spec: ToolSpecs[Type],
  environment: ToolEnvironment,
): Promise<ToolAdapter> {
  return await adapters[type](spec, environment);
}
