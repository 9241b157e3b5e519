import { toolCapabilities, type ToolCapability, type ToolRisk } from '../../manifest/index.ts';

const risks: readonly ToolRisk[] = ['low', 'medium', 'high'];

/** What a tool can do, with what its manifest adds: a manifest can take nothing away from what is known of a tool. */
export function capabilitiesWith(
  known: readonly ToolCapability[],
  declared: readonly ToolCapability[] = [],
): readonly ToolCapability[] {
  const all = [...new Set([...known, ...declared])];
  return isHarmful(all) ? all.filter((capability) => capability !== 'deterministic_safe') : all;
}

/** The highest of the risks that follow from the capabilities, and of the one that is declared. */
export function riskOf(capabilities: readonly ToolCapability[], declared: ToolRisk = 'low'): ToolRisk {
  const found = new Set<ToolRisk>([declared, ...capabilities.map((capability) => toolCapabilities[capability].risk)]);
  return risks.findLast((risk) => found.has(risk)) ?? 'low';
}

/** True when a safe mode keeps a tool with these capabilities from running. */
export function isHarmful(capabilities: readonly ToolCapability[]): boolean {
  return capabilities.some((capability) => toolCapabilities[capability].harmful);
}

export function isToolCapability(value: unknown): value is ToolCapability {
  return typeof value === 'string' && Object.hasOwn(toolCapabilities, value);
}
