import type { ProjectSpec } from '../../manifest/index.ts';
import { redactPii, type EngineEvent } from '../../services/index.ts';

/** What the redactors of a project leave of an event. Absent where there are none for events. */
export function eventRedactor({
  hooks = [],
}: Pick<ProjectSpec, 'hooks'>): ((event: EngineEvent) => EngineEvent) | undefined {
  const configs = hooks.flatMap((spec) => (spec.type === 'pii_redactor' ? [spec.config ?? {}] : []));
  const active = configs.filter(({ events = true }) => events);
  if (active.length === 0) return undefined;
  return (event) => active.reduce((told, config) => redactPii(told, config), event);
}
