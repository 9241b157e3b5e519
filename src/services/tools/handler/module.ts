import type { ToolAdapter, ToolEnvironment, ToolSpecs } from '../adapter.ts';
import { describeCode } from './code-adapter.ts';
import { prepareCodeCall } from './code-call.ts';
import { loadModule } from './load-module.ts';

/** A function that a file of the project exports. Rejects with TOOL_MODULE_INVALID when there is none. */
export async function createModuleTool(spec: ToolSpecs['module'], environment: ToolEnvironment): Promise<ToolAdapter> {
  const { name, projectDirectory, values } = environment;
  const reference = { tool: name, module: spec.module, exportName: spec.export, projectDirectory, values };
  const definition = await loadModule(reference);
  return {
    describe: () => describeCode(definition, spec, `Calls ${spec.module}.`),
    prepare: (arguments_) => prepareCodeCall({ definition, declared: spec, environment }, arguments_),
  };
}
