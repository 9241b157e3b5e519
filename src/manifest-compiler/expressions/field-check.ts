import { childrenOf, type CelNode } from './cel-tree.ts';
import { listNames, nearestName } from './suggestion.ts';
import type { ExpressionFault, ScopeNames, ValueShape } from './types.ts';

/** A field that the output of a stage cannot have, or one that is nearly a field which it has. */
export function checkField(node: CelNode, scope: ScopeNames): ExpressionFault | undefined {
  const field = fieldOf(node);
  if (field === undefined || scope.shapes === undefined || scope.shapes.asked?.has(field.name) === true)
    return undefined;
  const shape = shapeOf(field.of, scope);
  if (shape === undefined || shape.fields.includes(field.name)) return undefined;
  const nearest = nearestName(field.name, shape.fields);
  if (!shape.isClosed && (nearest === undefined || isNumbered(field.name, nearest))) return undefined;
  const hint = nearest === undefined ? `Use one of ${listNames(shape.fields)}.` : `Did you mean "${nearest}"?`;
  const { start, end } = field;
  const message = `${shape.owner} has no field "${field.name}".`;
  return { message, ...(shape.fields.length > 0 && { hint }), start, end };
}

/** "line2" is no slip of "line1". */
function isNumbered(one: string, other: string): boolean {
  return one.replaceAll(/\d/gu, '') === other.replaceAll(/\d/gu, '');
}

interface Field {
  readonly of: CelNode;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** `value.name` or `value["name"]`; what is called like a function is none. */
function fieldOf(node: CelNode): Field | undefined {
  if (node.op === '.') return { of: node.args[0], name: node.args[1], start: node.pos, end: node.end };
  if (node.op !== '[]') return undefined;
  const [of, key] = node.args;
  if (key.op !== 'value' || typeof key.args !== 'string') return undefined;
  return { of, name: key.args, start: key.start, end: key.end };
}

function shapeOf(node: CelNode, scope: ScopeNames): ValueShape | undefined {
  const { shapes, variables } = scope;
  if (node.op === 'id') return node.args === 'output' && variables.includes('output') ? shapes?.output() : undefined;
  const field = fieldOf(node);
  if (field === undefined) return undefined;
  if (isStages(field.of)) return stageShape(field.name, scope);
  return shapeOf(field.of, scope)?.field(field.name);
}

export function isStages(node: CelNode): boolean {
  return node.op === 'id' && node.args === 'stages';
}

/** What is told of every stage, and with the output of this one. */
function stageShape(name: string, { shapes }: ScopeNames): ValueShape {
  return {
    owner: `What is told of the stage "${name}"`,
    fields: ['output', 'status', 'choice'],
    isClosed: false,
    field: (field) => (field === 'output' ? shapes?.stage(name) : undefined),
  };
}

/** `has(value.name)` asks whether a field is there. */
export function asksForField(node: CelNode): boolean {
  return node.op === 'call' && node.args[0] === 'has';
}

/** Names of fields of which an expression asks whether they are there, by `has(value.name)` or `"name" in value`: it knows that they may not be. */
export function askedFields(node: CelNode): ReadonlySet<string> {
  return new Set(askedIn(node));
}

function askedIn(node: CelNode): readonly string[] {
  const below = childrenOf(node).flatMap(askedIn);
  const name = askedName(node);
  return name === undefined ? below : [name, ...below];
}

function askedName(node: CelNode): string | undefined {
  if (node.op === 'call' && asksForField(node)) {
    const [value] = node.args[1];
    return value === undefined ? undefined : fieldOf(value)?.name;
  }
  if (node.op !== 'in') return undefined;
  const [key] = node.args;
  return key.op === 'value' && typeof key.args === 'string' ? key.args : undefined;
}
