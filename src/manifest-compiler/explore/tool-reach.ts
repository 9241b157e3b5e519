import {
  toolCapabilities,
  undeclaredCapabilities,
  type ProjectSpec,
  type ToolCapability,
  type ToolSpec,
  type ToolType,
} from '../../manifest/index.ts';

export const safeModes = ['normal', 'analysis_only', 'dry_run'] as const;
export type SafeMode = (typeof safeModes)[number];

/** Names of tools, in the order of the manifest. */
export interface ReachableTools {
  readonly run: readonly string[];
  /** Those whose code says itself whether it is harmless; they run if it does. */
  readonly depends: readonly string[];
}

/** Most that tools do to the world, by their type; `code` may do anything unless its manifest or itself says what. */
const capabilitiesOfType = {
  'filesystem.read_file': ['deterministic_safe'],
  'filesystem.list': ['deterministic_safe'],
  'filesystem.search': ['deterministic_safe'],
  'filesystem.write_file': ['workspace_mutation'],
  'filesystem.patch': ['workspace_mutation'],
  'memory.recall': ['deterministic_safe'],
  'memory.remember': 'by_store',
  'command.run': ['shell'],
  'http.request': ['external_network'],
  module: 'code',
  registered: 'code',
  mcp: 'code',
} as const satisfies Record<ToolType, readonly ToolCapability[] | 'code' | 'by_store'>;

const severity: readonly string[] = Object.keys(toolCapabilities);

const isHarmful = (capability: ToolCapability): boolean => toolCapabilities[capability].harmful;

/** Which of the used tools run in each mode: what safe modes keep from running is left out. */
export function toolsByMode(tools: ProjectSpec['tools'], used: ReadonlySet<string>): Record<SafeMode, ReachableTools> {
  const reachable = Object.entries(tools).filter(([name]) => used.has(name));
  const named = (kind: Harm): readonly string[] =>
    reachable.flatMap(([name, spec]) => (harmOf(spec) === kind ? [name] : []));
  const safe = { run: named('none'), depends: named('unknown') };
  return { normal: { run: reachable.map(([name]) => name), depends: [] }, analysis_only: safe, dry_run: safe };
}

/** What tools can do at most in a mode, in the order of severity. */
export function capabilitiesIn(
  mode: SafeMode,
  { run, depends }: ReachableTools,
  tools: ProjectSpec['tools'],
): readonly ToolCapability[] {
  const found = [...run, ...depends].flatMap((name) => capabilitiesOf(tools[name]));
  const able = new Set(mode === 'normal' ? found : found.filter((capability) => !isHarmful(capability)));
  return [...able].toSorted((one, other) => severity.indexOf(one) - severity.indexOf(other));
}

/** True for tools whose work is done by code that the engine only calls. */
export function isCode(spec: ToolSpec | undefined): boolean {
  return spec !== undefined && capabilitiesOfType[spec.type] === 'code';
}

export type SandboxUse = 'auto' | 'required' | 'off';

/** Of these tools those that start a program, and whether it is to be in a sandbox. */
export function sandboxesOf(
  names: readonly string[],
  tools: ProjectSpec['tools'],
): Readonly<Record<string, SandboxUse>> {
  return Object.fromEntries(
    names.flatMap((name): [string, SandboxUse][] => {
      const spec = tools[name];
      const starts = (spec?.type === 'command.run' || spec?.type === 'mcp') && spec.command !== undefined;
      return starts ? [[name, spec.sandbox ?? 'auto']] : [];
    }),
  );
}

type Harm = 'none' | 'unknown' | 'certain';

/** What a task remembers for itself is gone with it; in the other stores other tasks find it. */
function ofTypeOf(spec: ToolSpec): readonly ToolCapability[] | 'code' {
  const ofType = capabilitiesOfType[spec.type];
  if (ofType !== 'by_store') return ofType;
  const isOwn = !('store' in spec) || spec.store === undefined || spec.store === 'task_store';
  return isOwn ? ['deterministic_safe'] : ['workspace_mutation'];
}

/** Unknown where code may say that it is harmless, or that it is not. */
function harmOf(spec: ToolSpec): Harm {
  const declared = spec.capabilities ?? [];
  const ofType = ofTypeOf(spec);
  if (declared.some(isHarmful)) return 'certain';
  if (ofType === 'code') return 'unknown';
  return ofType.some(isHarmful) ? 'certain' : 'none';
}

function capabilitiesOf(spec: ToolSpec | undefined): readonly ToolCapability[] {
  if (spec === undefined) return [];
  const ofType = ofTypeOf(spec);
  if (ofType === 'code') return spec.capabilities ?? undeclaredCapabilities;
  return [...ofType, ...(spec.capabilities ?? [])];
}
