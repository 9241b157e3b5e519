import type { ProjectSpec } from '../../manifest/index.ts';

/** What every stage needs that is not pure. */
export const anyStage = 'stage';

export function providerPlaces(provider: string): string {
  return `provider ${provider}`;
}

export function toolPlaces(tool: string): string {
  return `tool ${tool}`;
}

/** How many stages may be at work at a time over all tasks of an engine, by what they need. */
export function stageLimits({ engine, tools }: ProjectSpec): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  if (engine.limits?.max_parallel !== undefined) limits.set(anyStage, engine.limits.max_parallel);
  for (const [provider, most] of Object.entries(engine.limits?.providers ?? {}))
    if (most !== undefined) limits.set(providerPlaces(provider), most);
  for (const [name, { max_parallel: most }] of Object.entries(tools))
    if (most !== undefined) limits.set(toolPlaces(name), most);
  return limits;
}
