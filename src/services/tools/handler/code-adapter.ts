import { undeclaredCapabilities, type ToolCapability } from '../../../manifest/index.ts';
import type { AdapterDescription } from '../adapter.ts';
import type { ToolDefinition } from '../define-tool.ts';
import type { DeclaredSchemas } from './code-call.ts';

/** What a tool made of code says about itself; the manifest has the first word. */
export function describeCode(
  definition: ToolDefinition,
  declared: DeclaredSchemas & {
    readonly description?: string | undefined;
    readonly capabilities?: readonly ToolCapability[] | undefined;
  },
  otherwise: string,
): AdapterDescription {
  const inputSchema = declared.input_schema ?? definition.inputSchema;
  const outputSchema = declared.output_schema ?? definition.outputSchema;
  return {
    description: declared.description ?? definition.description ?? otherwise,
    capabilities: definition.capabilities ?? declared.capabilities ?? undeclaredCapabilities,
    ...(inputSchema === undefined ? {} : { inputSchema }),
    ...(outputSchema === undefined ? {} : { outputSchema }),
  };
}
