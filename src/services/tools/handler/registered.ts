import type { Failure } from '../../../errors/index.ts';
import type { ToolAdapter, ToolEnvironment, ToolSpecs } from '../adapter.ts';
import { describeCode } from './code-adapter.ts';
import { prepareCodeCall } from './code-call.ts';
import { toDefinition, type DefinitionResult } from './to-definition.ts';

/** A function that the program gives to the engine. It is looked up at each call, so it may be given late. */
export function createRegisteredTool(spec: ToolSpecs['registered'], environment: ToolEnvironment): ToolAdapter {
  const { name, handlers } = environment;
  const find = (): DefinitionResult =>
    handlers.has(name) ? toDefinition(handlers.get(name)) : { ok: false, reason: 'none was registered' };
  const unknownCode = { run: (): null => null };
  return {
    describe: () => {
      const found = find();
      return describeCode(found.ok ? found.definition : unknownCode, spec, `Calls the handler "${name}".`);
    },
    prepare: (arguments_) => {
      const found = find();
      if (!found.ok) return { ok: false, failure: noHandler(name, found.reason) };
      return prepareCodeCall({ definition: found.definition, declared: spec, environment }, arguments_);
    },
  };
}

function noHandler(name: string, reason: string): Failure {
  return {
    code: 'config.invalid',
    message: `Tool "${name}" has no usable handler: ${reason}.`,
    hint: `Call engine.registerTool("${name}", handler) before the task runs.`,
  };
}
