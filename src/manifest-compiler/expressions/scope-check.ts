import { childrenOf, isBinding, isLoop, type CelNode, type CelNodeOf } from './cel-tree.ts';
import { askedFields, asksForField, checkField, isStages } from './field-check.ts';
import { compilePattern } from './pattern.ts';
import { listNames, nearestName } from './suggestion.ts';
import type { ExpressionFault, ScopeNames } from './types.ts';

/** Keys that the library drops from map literals without a word. */
const droppedKeys: ReadonlySet<unknown> = new Set(['__proto__', 'constructor', 'prototype']);

/** What the library does not check: stage names, loop variables, patterns. Adds the stages it meets to `stages`. */
export function checkScope(node: CelNode, scope: ScopeNames, stages: Set<string>): ExpressionFault | undefined {
  const { shapes } = scope;
  const told = shapes === undefined ? scope : withShapes(scope, { ...shapes, asked: askedFields(node) });
  return checkPart(node, told, stages);
}

function checkPart(node: CelNode, scope: ScopeNames, stages: Set<string>): ExpressionFault | undefined {
  const fault = checkNode(node, scope, stages);
  if (fault !== undefined) return fault;
  if (stageOf(node) !== undefined) return undefined;
  const within = asksForField(node) ? withShapes(scope, undefined) : scope;
  for (const child of childrenOf(node)) {
    const inside = checkPart(child, within, stages);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** Not a copy, which would make the list of stages that only a fault asks for. */
function withShapes(scope: ScopeNames, shapes: ScopeNames['shapes']): ScopeNames {
  return {
    shapes,
    variables: scope.variables,
    get stages() {
      return scope.stages;
    },
    hasStage: (name) => hasStage(scope, name),
    whyUnreadable: (name) => scope.whyUnreadable?.(name),
  };
}

export function hasStage(scope: ScopeNames, name: string): boolean {
  return scope.hasStage?.(name) ?? scope.stages.includes(name);
}

function checkNode(node: CelNode, scope: ScopeNames, stages: Set<string>): ExpressionFault | undefined {
  if (node.op === 'id') return checkName(node, scope);
  if (node.op === '.' || node.op === '[]' || node.op === 'in') return checkMember(node, scope, stages);
  if (node.op === 'map') return checkKeys(node);
  if (node.op !== 'rcall') return undefined;
  if (isLoop(node) || isBinding(node)) return checkLoopVariable(node, scope);
  return node.args[0] === 'matches' ? checkPattern(node) : undefined;
}

function checkMember(node: CelNode, scope: ScopeNames, stages: Set<string>): ExpressionFault | undefined {
  if (node.op === '.' && node.args[1] === '__proto__') return missingMember(node);
  return checkStage(node, scope, stages) ?? checkField(node, scope);
}

interface StageReference {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** `stages.name`, `stages["name"]` or `"name" in stages`. */
function stageOf(node: CelNode): StageReference | undefined {
  if (node.op === 'in') return isStages(node.args[1]) ? literalStage(node.args[0]) : undefined;
  if (node.op === '[]') return isStages(node.args[0]) ? literalStage(node.args[1]) : undefined;
  if (node.op !== '.' || !isStages(node.args[0])) return undefined;
  return { name: node.args[1], start: node.pos, end: node.end };
}

function literalStage(node: CelNode): StageReference | undefined {
  if (node.op !== 'value' || typeof node.args !== 'string') return undefined;
  return { name: node.args, start: node.start, end: node.end };
}

function checkStage(node: CelNode, scope: ScopeNames, stages: Set<string>): ExpressionFault | undefined {
  const stage = stageOf(node);
  if (stage === undefined || !scope.variables.includes('stages')) return undefined;
  if (hasStage(scope, stage.name)) {
    stages.add(stage.name);
    return undefined;
  }
  const { name, start, end } = stage;
  const { stages: known } = scope;
  const message = `There is no stage "${name}" that an expression here could read.`;
  const dashed = node.op === '.' ? known.find((other) => other.startsWith(`${name}-`)) : undefined;
  if (dashed !== undefined)
    return { message, hint: `Write stages["${dashed}"]: "-" means minus otherwise.`, start, end };
  const reason = scope.whyUnreadable?.(name);
  if (reason !== undefined) return { ...reason, start, end };
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? `Use one of ${listNames(known)}.` : `Did you mean "${nearest}"?`;
  return { message, ...(known.length === 0 ? {} : { hint }), start, end };
}

function missingMember(node: CelNodeOf<'.'>): ExpressionFault {
  return { message: `There is no field "${node.args[1]}".`, start: node.pos, end: node.end };
}

function checkName(node: CelNodeOf<'id'>, scope: ScopeNames): ExpressionFault | undefined {
  if (node.args !== 'stages' || !scope.variables.includes('stages')) return undefined;
  return {
    message: 'A stage must be named where "stages" is used, so that it can be checked.',
    hint: 'Write stages.name or stages["name"]; ask has(stages.name) or "name" in stages whether it has run.',
    start: node.start,
    end: node.end,
  };
}

function checkLoopVariable(node: CelNodeOf<'rcall'>, scope: ScopeNames): ExpressionFault | undefined {
  const [variable] = node.args[2];
  if (variable?.op !== 'id' || !scope.variables.some((name) => name === variable.args)) return undefined;
  return {
    message: `"${variable.args}" is in scope already and cannot be a loop variable.`,
    hint: 'Take another name, such as "x".',
    start: variable.start,
    end: variable.end,
  };
}

function checkKeys(node: CelNodeOf<'map'>): ExpressionFault | undefined {
  const found = node.args.find(([key]) => key.op === 'value' && droppedKeys.has(key.args));
  if (found === undefined) return undefined;
  const [key] = found;
  return {
    message: `${node.input.slice(key.start, key.end)} cannot be a key of a map.`,
    start: key.start,
    end: key.end,
  };
}

function checkPattern(node: CelNodeOf<'rcall'>): ExpressionFault | undefined {
  const [pattern] = node.args[2];
  if (pattern?.op !== 'value' || typeof pattern.args !== 'string') return undefined;
  const result = compilePattern(pattern.args);
  if (result.ok) return undefined;
  const { message, hint } = result.fault;
  return {
    message: `The pattern cannot be used. ${message}`,
    ...(hint === undefined ? {} : { hint }),
    start: pattern.start,
    end: pattern.end,
  };
}
