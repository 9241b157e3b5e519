import type { z } from 'zod';
import { OverrideSpec, type OverrideScope, type OverrideSeverity } from '../../../manifest/index.ts';

/** What holds where an override says nothing itself. */
export interface OverrideDefaults {
  readonly id: string;
  readonly severity: OverrideSeverity;
  /** Default: the task; of what is to be remembered, the project. */
  readonly scope?: OverrideScope;
}

export type ReadOverride = { readonly spec: OverrideSpec } | { readonly problem: string };

/** An override as somebody wrote it, who may leave out its id, its scope and its severity. */
export function readOverride(value: unknown, defaults: OverrideDefaults): ReadOverride {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: 'it is no object' };
  const { id, severity, scope = defaultScope(value) } = defaults;
  const parsed = OverrideSpec.safeParse({ id, severity, scope, ...value });
  return parsed.success ? { spec: parsed.data } : { problem: problemText(parsed.error.issues[0]) };
}

function problemText(issue: z.core.$ZodIssue | undefined): string {
  const place = issue?.path.join('.') ?? '';
  const said = (issue?.message ?? 'it cannot be read').replace(/\.$/u, '');
  return place === '' ? said : `"${place}": ${said}`;
}

function defaultScope(value: object): OverrideScope {
  if (!('payload' in value) || typeof value.payload !== 'object' || value.payload === null) return 'task';
  return 'remember' in value.payload ? 'project' : 'task';
}
