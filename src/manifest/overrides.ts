import { z } from 'zod';
import { Id } from './common.ts';
import { PermissionsSpec } from './permissions.ts';

export const overrideScopes = ['task', 'project', 'global'] as const;
export type OverrideScope = (typeof overrideScopes)[number];

export const overrideSeverities = ['hint', 'enforce'] as const;
export type OverrideSeverity = (typeof overrideSeverities)[number];

/** Modes that keep tools from doing harm. */
export const OverrideSafeMode = z.enum(['analysis_only', 'dry_run']);

/** Checks that can be left out: `consent` has tools run without a person being asked. */
export const skippableChecks = ['consent'] as const;

const names = z.array(z.string().min(1).max(500)).min(1).max(100);
const tags = z.array(z.string().min(1).max(100)).max(20);

function atLeastOne(payload: object): boolean {
  return Object.keys(payload).length > 0;
}
const empty = { error: 'It says nothing: give it at least one field.' };

const RoutingPayload = z
  .strictObject({
    pipeline: Id.exactOptional(),
    /** Pipelines, and nodes, agents and tools whose pipelines are not taken. */
    avoid: names.exactOptional(),
  })
  .refine(atLeastOne, empty);

const SafetyPayload = z
  .strictObject({
    mode: OverrideSafeMode.exactOptional(),
    /** Can only narrow what engine, tools and agents permit. */
    permissions: PermissionsSpec.exactOptional(),
    skip_checks: z.array(z.enum(skippableChecks)).min(1).exactOptional(),
  })
  .refine(atLeastOne, empty);

const BudgetPayload = z
  .strictObject({
    max_cost_usd: z.number().min(0).exactOptional(),
    max_tokens_total: z.int().min(1).exactOptional(),
  })
  .refine(atLeastOne, empty);

const MemoryPayload = z.union([
  z.strictObject({
    remember: z.string().trim().min(1).max(16_384),
    /** Items of kind "override" are preferences: those come from overrides that have the scope of a store. */
    kind: z
      .string()
      .regex(/^(?!override$)[\w-]{1,100}$/u)
      .exactOptional(),
    tags: tags.exactOptional(),
  }),
  z.strictObject({ profile: Id }),
  z.strictObject({
    deny: z
      .strictObject({ kinds: names.exactOptional(), tags: names.exactOptional(), sources: names.exactOptional() })
      .refine(atLeastOne, empty),
  }),
]);

const anywhere = {
  id: z.string().regex(/^[\w.:-]{1,128}$/u, 'An id is made of at most 128 letters, digits, ".", ":", "_" and "-".'),
  scope: z.enum(overrideScopes),
  severity: z.enum(overrideSeverities),
};
/** An agent or a node; absent: all of them. */
const target = { target: Id.exactOptional() };

/** A change to manifest values for one task, or for all tasks of a project or a person, at run time. */
export const OverrideSpec = z.discriminatedUnion('kind', [
  z.strictObject({ ...anywhere, ...target, kind: z.literal('memory'), payload: MemoryPayload }),
  z.strictObject({ ...anywhere, kind: z.literal('routing'), payload: RoutingPayload }),
  z.strictObject({ ...anywhere, kind: z.literal('safety'), payload: SafetyPayload }),
  z.strictObject({
    ...anywhere,
    ...target,
    kind: z.literal('verbosity'),
    payload: z.strictObject({ level: z.enum(['brief', 'normal', 'detailed']) }),
  }),
  z.strictObject({
    ...anywhere,
    kind: z.literal('mode'),
    payload: z.strictObject({ mode: z.string().min(1).max(100) }),
  }),
  z.strictObject({
    ...anywhere,
    ...target,
    kind: z.literal('model'),
    payload: z.strictObject({ model: z.string().min(1).max(200) }),
  }),
  z.strictObject({ ...anywhere, kind: z.literal('budget'), payload: BudgetPayload }),
]);
export type OverrideSpec = z.infer<typeof OverrideSpec>;
export type OverrideKind = OverrideSpec['kind'];
export type Verbosity = Extract<OverrideSpec, { kind: 'verbosity' }>['payload']['level'];

/** How a project deals with overrides that requests ask for. */
export const OverridesSpec = z.strictObject({
  parse_requests: z
    .boolean()
    .optional()
    .meta({ description: 'Whether plain words of a request, such as "only analyse", are overrides. Default: false.' }),
  agent: Id.optional().meta({
    description:
      'Agent that reads requests, too, where the rules find nothing: one more call of its model for each task. Needs parse_requests. Default: none.',
    examples: ['request_reader'],
  }),
});
export type OverridesSpec = z.infer<typeof OverridesSpec>;
