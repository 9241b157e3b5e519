import type { Failure } from '../../errors/index.ts';
import { narrow, type PermissionPolicy } from '../security/index.ts';
import { callChecks } from './call-checks.ts';
import type { AdapterDescription, CallContext, PreparedCall, Preparation } from './adapter.ts';
import { runBounded, stopFailure } from './bounded-run.ts';
import { capabilitiesWith, isHarmful, riskOf } from './capabilities.ts';
import { consentNeed } from './consent-need.ts';
import { invalidInput, quote } from './failures.ts';
import { copyAsJson } from './json-value.ts';
import { learnTools } from './learn-tools.ts';
import { loadTools, type Tool, type ToolRuntimeOptions } from './load-tools.ts';
import { createMcpServers } from './mcp/mcp-servers.ts';
import { readArguments } from './read-arguments.ts';
import type { ToolCall, ToolDescription, ToolMode, ToolOutcome, ToolRuntime } from './port.ts';

const maxArgumentBytes = 67_108_864;

/**
 * Loads all tools of a project. Rejects with an EngineError for what is wrong in the manifests or modules; what goes
 * wrong later is the outcome of a call.
 */
export async function createToolRuntime(options: ToolRuntimeOptions): Promise<ToolRuntime> {
  const servers = createMcpServers();
  const tools = await loadTools(options, servers);
  const closing = new AbortController();
  const running = new Set<Promise<ToolOutcome>>();
  return {
    readArguments: (name, written, { isCutOff = false } = {}) => {
      const tool = tools.get(name);
      if (tool === undefined) return { ok: false, failure: unknownTool(name, [...tools.keys()]) };
      const { capabilities, inputSchema } = aboutTool(tool);
      return readArguments(
        { tool: name, written, inputSchema, isHarmful: isHarmful(capabilities), isCutOff },
        options.schemas,
      );
    },
    check: (tool, arguments_) => {
      const prepared = prepareCall(tools, { tool, arguments: arguments_ });
      return prepared.ok ? undefined : prepared.failure;
    },
    consent: (call) => {
      const tool = tools.get(call.tool);
      return tool === undefined ? undefined : consentNeed(tool, call);
    },
    denial: async (call) => await denialOf(tools, call, closing.signal),
    call: async (call) => {
      const outcome = callSafely(tools, call, closing.signal);
      running.add(outcome);
      return await outcome.finally(() => running.delete(outcome));
    },
    describe: () => [...tools.values()].map(describeTool),
    learn: async (names, { mode, signal, levels }) => {
      const found = names.flatMap((name) => tools.get(name) ?? []);
      const learners = found.map(async (tool) => {
        const { name, adapter, timeoutMs } = tool;
        return { name, adapter, timeoutMs, policy: await policyOf(tool, levels) };
      });
      await learnTools(await Promise.all(learners), { mode, cancelled: signal, closing: closing.signal });
    },
    files: (tool) => tools.get(tool)?.adapter.files,
    close: async () => {
      closing.abort();
      await Promise.allSettled(running);
      await servers.close();
    },
  };
}

/** The last net: a call has no way to throw. */
async function callSafely(...parameters: Parameters<typeof callTool>): Promise<ToolOutcome> {
  try {
    return await callTool(...parameters);
  } catch {
    const message = 'The tool runtime broke one of its own rules.';
    return { ok: false, failure: { code: 'internal.bug', message, hint: 'Report it with the arguments of the call.' } };
  }
}

async function callTool(tools: ReadonlyMap<string, Tool>, call: ToolCall, closing: AbortSignal): Promise<ToolOutcome> {
  const tool = tools.get(call.tool);
  if (tool === undefined) return { ok: false, failure: unknownTool(call.tool, [...tools.keys()]) };
  const bounds = { tool: tool.name, timeoutMs: tool.timeoutMs, cancelled: call.signal, closing };
  const stopped = stopFailure(bounds);
  if (stopped !== undefined) return { ok: false, failure: stopped };
  const prepared = prepareCall(tools, call);
  const { capabilities } = aboutTool(tool);
  const checks = callChecks(call, { capabilities, values: tool.values });
  if (!prepared.ok) {
    checks.ended(prepared.failure);
    return prepared;
  }
  const act = actions[isHarmful(capabilities) ? call.mode : 'normal'];
  const context = await contextOf(tool, call, checks.allowed);
  const outcome = await runBounded(bounds, async (signal) => await act(prepared.call, { ...context, signal }));
  if (outcome.ok) return { ...outcome, output: tool.secrets.redactFree(outcome.output) };
  const failure = tool.values.redactAll(outcome.failure);
  checks.ended(failure);
  return { ok: false, failure };
}

/** What a dry run finds out is what permissions decide by. */
async function denialOf(
  tools: ReadonlyMap<string, Tool>,
  call: ToolCall,
  closing: AbortSignal,
): Promise<Failure | undefined> {
  const tool = tools.get(call.tool);
  const prepared = prepareCall(tools, call);
  if (tool === undefined || !prepared.ok) return undefined;
  const bounds = { tool: tool.name, timeoutMs: tool.timeoutMs, cancelled: call.signal, closing };
  const outcome = await runBounded(bounds, async (signal) => {
    const context = await contextOf(tool, call, () => undefined);
    return { ok: true, output: await prepared.call.preview({ ...context, signal }) };
  });
  if (outcome.ok || outcome.failure.code !== 'permission.denied') return undefined;
  const failure = tool.values.redactAll(outcome.failure);
  callChecks(call, { capabilities: aboutTool(tool).capabilities, values: tool.values }).ended(failure);
  return failure;
}

function prepareCall(tools: ReadonlyMap<string, Tool>, call: Pick<ToolCall, 'tool' | 'arguments'>): Preparation {
  const tool = tools.get(call.tool);
  if (tool === undefined) return { ok: false, failure: unknownTool(call.tool, [...tools.keys()]) };
  const copy = copyAsJson(call.arguments ?? {}, maxArgumentBytes);
  if (copy.ok) return tool.adapter.prepare(copy.value);
  const issue = { path: '', rule: copy.problem, message: `They are no plain JSON: ${copy.reason}.` };
  return { ok: false, failure: invalidInput(tool.name, [issue]) };
}

async function contextOf(tool: Tool, call: ToolCall, checked: CallContext['checked']): Promise<CallContext> {
  const { signal, idempotencyKey, mode, changes, memory, levels } = call;
  const kept = { ...(changes !== undefined && { changes }), ...(memory !== undefined && { memory }) };
  return { signal, idempotencyKey, mode, policy: await policyOf(tool, levels), checked, ...kept };
}

/** What the levels below the tool leave of what it may do. */
async function policyOf({ policy, levelOf }: Tool, levels: ToolCall['levels'] = []): Promise<PermissionPolicy> {
  return narrow(policy, await Promise.all(levels.map(levelOf)));
}

type Action = (prepared: PreparedCall, context: CallContext) => Promise<ToolOutcome>;

/** What becomes of a call to a tool that could do harm. */
const actions: Readonly<Record<ToolMode, Action>> = {
  normal: async (prepared, context) => await prepared.run(context),
  analysis_only: async () =>
    await Promise.resolve({ ok: true, output: { not_run: 'analysis_only' }, notRun: 'analysis_only' }),
  dry_run: async (prepared, context) => ({ ok: true, output: await prepared.preview(context), notRun: 'dry_run' }),
};

function unknownTool(name: string, known: readonly string[]): Failure {
  const list =
    known.length === 0 ? 'no tool is declared' : `declared are ${known.map((tool) => `"${tool}"`).join(', ')}`;
  return {
    code: 'config.invalid',
    message: `There is no tool ${quote(name)}: ${list}.`,
    hint: 'Declare it in tools.yaml, or call one that is declared.',
  };
}

/** What the tool says of itself, with the capabilities that its manifest adds. */
function aboutTool({ spec, adapter }: Tool): AdapterDescription {
  const description = adapter.describe();
  return { ...description, capabilities: capabilitiesWith(description.capabilities, spec.capabilities) };
}

function describeTool(tool: Tool): ToolDescription {
  const { name, spec, timeoutMs, maxOutputBytes } = tool;
  const description = aboutTool(tool);
  const { capabilities, isReadOnly = !isHarmful(capabilities) } = description;
  const risks = { risk: riskOf(capabilities, spec.risk), isReadOnly };
  return { name, type: spec.type, ...description, ...risks, timeoutMs, maxOutputBytes };
}
