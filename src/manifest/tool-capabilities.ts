/** What a tool may do to the world. `harmful` ones do not run in a safe mode. */
export const toolCapabilities = {
  deterministic_safe: { risk: 'low', harmful: false },
  expensive: { risk: 'medium', harmful: false },
  workspace_mutation: { risk: 'medium', harmful: true },
  external_network: { risk: 'medium', harmful: true },
  shell: { risk: 'high', harmful: true },
} as const satisfies Record<string, { risk: ToolRisk; harmful: boolean }>;

export type ToolCapability = keyof typeof toolCapabilities;
export type ToolRisk = 'low' | 'medium' | 'high';

/** Code that declares nothing may do anything, so it is taken for the worst. */
export const undeclaredCapabilities: readonly ToolCapability[] = ['workspace_mutation', 'external_network', 'shell'];
