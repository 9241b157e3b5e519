import type { Failure } from '../../../errors/index.ts';
import { notFound, quote, toolFailed } from '../failures.ts';

/** The server cannot be reached, or is no more. `reason` is the end of a sentence. */
export function unreachable(server: string, reason: string, details?: Failure['details']): Failure {
  const failure = toolFailed(
    `The MCP server "${server}" ${reason}.`,
    `Try its command or address by hand, and correct tools.${server}.`,
  );
  return details === undefined ? failure : { ...failure, details };
}

/** What the server says is not what the protocol allows. `sentence` is a whole one. */
export function brokenProtocol(server: string, sentence: string): Failure {
  return {
    code: 'tool.invalid_output',
    message: `The MCP server "${server}" does not keep to the protocol. ${sentence}`,
    hint: 'Report it to whoever makes the server, or use another version of it.',
  };
}

export function toolMissing(server: string, tool: string, there: readonly string[]): Failure {
  const shown = there.slice(0, 20).map(quote).join(', ');
  const list = shown === '' ? 'it has none' : `it has ${shown}${there.length > 20 ? ' and others' : ''}`;
  return notFound(
    `The MCP server "${server}" has no tool ${quote(tool)}: ${list}.`,
    `Correct tools.${server}.only, or use a version of the server that has the tool.`,
  );
}

/** The tool is no longer the one that was first seen, so nobody knows what it does now. */
export function toolChanged(server: string, tool: string): Failure {
  return {
    code: 'permission.denied',
    message: `The MCP server "${server}" has changed what its tool ${quote(tool)} is since it was first seen, so it is not called any more (rule always: a tool stays as it was first seen).`,
    hint: 'Look at what the server says of the tool now, and start the engine again if you accept it.',
    details: { rule: 'always: a tool stays as it was first seen' },
  };
}
