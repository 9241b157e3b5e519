import { EngineError } from '../../../errors/index.ts';
import { hostOf } from '../../../manifest/index.ts';
import { checkPermission, type PermissionDecision, type PermissionPolicy } from '../../security/index.ts';
import type { ToolEnvironment, ToolSpecs } from '../adapter.ts';
import { denied, fail, quote } from '../failures.ts';
import { requireHost } from '../http/checked-connection.ts';

export interface McpTarget {
  readonly server: string;
  readonly spec: ToolSpecs['mcp'];
  readonly environment: ToolEnvironment;
}

interface Permitting {
  readonly policy: PermissionPolicy;
  readonly checked: (decision: PermissionDecision) => void;
}

/** How a server is had: the words that start it, or its address. */
export type ServerWay = { readonly argv: readonly string[] } | { readonly url: URL };

/** Throws the denial of a server whose command may not be run, or whose host may not be reached. */
export function permittedWay(target: McpTarget, permitting: Permitting): ServerWay {
  const { server, spec } = target;
  if (spec.command !== undefined) return { argv: permittedArgv(target, spec.command, permitting) };
  if (spec.url === undefined)
    throw new EngineError('MANIFEST_VALUE_INVALID', `The MCP server "${server}" has neither a command nor a url.`, {
      hint: `Add one of them to tools.${server}.`,
    });
  const url = readAddress(target, spec.url);
  requireHost(hostOf(url), { tool: server, ...permitting });
  return { url };
}

function permittedArgv({ server, spec, environment }: McpTarget, command: string, permitting: Permitting): string[] {
  const shown = [command, ...(spec.args ?? [])];
  const argv = shown.map(environment.values.resolve);
  const decision = checkPermission({ kind: 'command', argv }, permitting.policy);
  if (!decision.allowed) {
    const message = `The MCP server "${server}" may not be started by ${quote(shown.join(' '))}: ${decision.reason} (rule ${decision.rule}).`;
    fail(denied(message, decision, decision.hint));
  }
  permitting.checked(decision);
  return argv;
}

function readAddress({ server, environment }: McpTarget, declared: string): URL {
  const written = environment.values.resolve(declared);
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const isOfTheWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url !== undefined && isOfTheWeb && url.username === '' && url.password === '') return url;
  const reason = 'is no address of the web, or holds a user or a password';
  return fail(
    denied(`The url of the MCP server "${server}" ${reason}.`, { rule: `tools.${server}.url`, level: 'tool' }),
  );
}
