import { createHash } from 'node:crypto';
import { narrow, type PermissionPolicy } from '../../security/index.ts';
import type { CallContext, Preparation, ToolAdapter, ToolEnvironment, ToolSpecs } from '../adapter.ts';
import type { ToolDefinition } from '../define-tool.ts';
import { fail, invalidInput } from '../failures.ts';
import { describeCode } from '../handler/code-adapter.ts';
import { prepareCodeCall, runCode } from '../handler/code-call.ts';
import type { JsonValue } from '../json-value.ts';
import type { ToolOutcome } from '../port.ts';
import { brokenRedirect, statusFailure } from './answer-failures.ts';
import { argumentsSchema } from './arguments-schema.ts';
import { requireHost } from './checked-connection.ts';
import { fillRequest, type Filled, type FilledRequest } from './fill-request.ts';
import type { Answer, Hop } from './hop.ts';
import { loadHttpTool, type HttpTool } from './load-http-tool.ts';
import { readText } from './read-text.ts';
import { isRedirect, mostRedirects, redirected } from './redirect.ts';
import { send, type Wire } from './send.ts';
import { shownHeaders } from './wire-headers.ts';

/** Asks one server. Where the request goes is in the manifest; arguments decide what is asked. */
export function createHttpTool(spec: ToolSpecs['http.request'], environment: ToolEnvironment): ToolAdapter {
  const tool = loadHttpTool(spec, environment);
  const definition: ToolDefinition = {
    capabilities: ['external_network'],
    ...(spec.input_schema === undefined && { inputSchema: argumentsSchema(spec) }),
    run: () => null,
  };
  return {
    describe: () => describeCode(definition, spec, `Sends ${spec.method ?? 'GET'} ${spec.url}.`),
    prepare: (arguments_) => {
      const checked = prepareCodeCall({ definition, declared: spec, environment }, arguments_);
      return checked.ok ? prepareRequest(tool, arguments_) : checked;
    },
  };
}

function prepareRequest(tool: HttpTool, arguments_: JsonValue): Preparation {
  const { spec, environment } = tool;
  const sent = fill(tool, arguments_, 'template');
  const shown = fill(tool, arguments_, 'shown');
  if (!sent.ok) return { ok: false, failure: invalidInput(environment.name, sent.violations) };
  const run = async (context: CallContext): Promise<ToolOutcome> => {
    const definition = { run: async () => await ask(tool, sent.request, context) };
    return await runCode({ definition, declared: spec, environment }, arguments_, context);
  };
  const preview = async ({ policy, checked }: CallContext): Promise<JsonValue> => {
    requireHost(tool.template, { tool: environment.name, policy: withHosts(tool, policy), checked });
    const request = shown.ok
      ? { ...shown.request, url: shown.request.url.replaceAll(encodedName, decodeURIComponent) }
      : {};
    return await Promise.resolve({ not_run: 'dry_run', would_send: environment.values.redactAll(request) });
  };
  return { ok: true, call: { run, preview } };
}

/** `${env:NAME}` and `${file:path}` in a query, which nobody reads in the form of their place. */
const encodedName = /%24%7B(?:env|file)%3A.*?%7D/gu;

function fill(tool: HttpTool, arguments_: JsonValue, kind: 'template' | 'shown'): Filled {
  const { spec, environment } = tool;
  const resolve = kind === 'template' ? environment.values.resolve : (text: string) => text;
  const given = typeof arguments_ === 'object' && arguments_ !== null && !Array.isArray(arguments_) ? arguments_ : {};
  return fillRequest({ spec, template: tool[kind], arguments: new Map(Object.entries(given)), resolve });
}

function withHosts({ hosts }: HttpTool, policy: PermissionPolicy): PermissionPolicy {
  return narrow(policy, [{ name: 'tool', rules: { network: hosts } }]);
}

/** The output of a call; throws failures. */
async function ask(tool: HttpTool, request: FilledRequest, context: CallContext): Promise<unknown> {
  const { name, maxOutputBytes, values, resolveHost } = tool.environment;
  const { signal, checked } = context;
  const wire = { tool: name, policy: withHosts(tool, context.policy), resolveHost, maxOutputBytes, signal, checked };
  const answer = await follow(firstHop(request, context.idempotencyKey), wire);
  const clean = { ...answer, headers: values.redactAll(answer.headers) };
  if (answer.status < 200 || answer.status >= 300) return fail(statusFailure(name, clean, values.redact));
  return { status: answer.status, headers: shownHeaders(clean.headers), body: readText(answer, name) };
}

/** A hash names the call to a stranger without telling anything of the task. */
function firstHop({ url, method, headers, body }: FilledRequest, idempotencyKey: string): Hop {
  const key = createHash('sha256').update(idempotencyKey).digest('hex');
  const isSafe = method === 'GET' || method === 'HEAD';
  return {
    url: new URL(url),
    method,
    headers: { 'accept-encoding': 'gzip, deflate, br', ...(!isSafe && { 'idempotency-key': key }), ...headers },
    ...(body !== undefined && { body }),
  };
}

async function follow(first: Hop, wire: Wire): Promise<Answer> {
  let hop = first;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const answer = await send(hop, wire);
    if (!isRedirect(answer)) return answer;
    hop = redirected(hop, answer, wire.tool);
  }
  return fail(brokenRedirect(wire.tool, `There were more than ${mostRedirects} in a row.`));
}
