import type { SchemaFinding } from './finding.ts';
import type { Candidate } from './repair/candidates.ts';
import type { JsonNode } from './repair/node.ts';
import { declaredKey } from './schema-tier/coerce.ts';
import { fitView } from './schema-tier/fit.ts';
import { fit, type Mending, type Tier } from './schema-tier/tier.ts';
import { unwrapped } from './schema-tier/unwrap.ts';
import type { Target } from './target.ts';

/** A document in the form that the schema asks for, as far as that can be had. */
export interface Fitted {
  readonly candidate: Candidate;
  readonly value: unknown;
  readonly mendings: readonly Mending[];
  readonly isFit: boolean;
  /** The document is the one that was asked for, whether it fits or not. */
  readonly isRecognised: boolean;
  readonly findings: readonly SchemaFinding[];
  /** Paths of values that could only be guessed. */
  readonly unknown: readonly string[];
}

const mostWrappers = 5;

/** Fits a document as it stands; when it does not fit, what it wraps. */
export function fitCandidate(candidate: Candidate, target: Target): Fitted {
  const outer = fitNode(candidate, candidate.root, target);
  if (outer.isFit) return outer;
  let closest = outer;
  let node = candidate.root;
  for (let depth = 0; depth < mostWrappers && node !== undefined; depth += 1) {
    node = inside(node, target);
    if (node === undefined) break;
    const inner = fitNode(candidate, node, target);
    const mendings = [{ kind: 'unwrapped', path: '', lossless: true }, ...inner.mendings];
    if (inner.isFit) return { ...inner, mendings };
    if (!closest.isRecognised && inner.isRecognised) closest = inner;
  }
  return closest;
}

function inside(node: JsonNode, { shape, view }: Target): JsonNode | undefined {
  const inner = unwrapped(node, new Set([...shape.fields, ...view.properties.keys()]));
  return inner?.kind === 'literal' && inner.value === null ? undefined : inner;
}

function fitNode(candidate: Candidate, node: JsonNode | undefined, target: Target): Fitted {
  const { schema, parts, check } = target;
  const tier: Tier = {
    root: schema,
    fit: fitView,
    views: target.views,
    accepts: parts.accepts,
    mendings: [],
    unknown: [],
    trials: 0,
    textDepth: 0,
  };
  const none = {
    candidate,
    value: undefined,
    mendings: [],
    isFit: false,
    isRecognised: false,
    findings: [],
    unknown: [],
  };
  if (node === undefined) return none;
  const value = fit(tier, node, { parts: [{ schema, pointer: '' }], place: undefined });
  const { mendings, unknown } = tier;
  const isRecognised = isRecognisable(node, value, target);
  const findings = unknown.length > 0 ? [] : check(value);
  const isFit =
    unknown.length === 0 &&
    findings.length === 0 &&
    (isRecognised || mendings.every(({ kind }) => kind !== 'undeclared_dropped'));
  return { candidate, value, mendings, isFit, isRecognised, findings, unknown };
}

/** The right kind of root, and some of the declared fields. */
function isRecognisable(node: JsonNode, value: unknown, { shape }: Target): boolean {
  if (shape.kinds.size > 0 && !shape.kinds.has(kindOfValue(value))) return false;
  if (node.kind === 'word') return false;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || shape.fields.size === 0) return true;
  if (node.kind !== 'object') return Object.keys(value).some((key) => shape.fields.has(key));
  return [...node.members.keys()].some((key) => shape.fields.has(key) || declaredKey(key, shape.fields) !== undefined);
}

function kindOfValue(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
