import { isBinding, isLoop, stepsOf, type CelNode, type CelNodeOf } from './cel-tree.ts';
import { ownMethods } from './cel-methods.ts';

const noWrap: ReadonlySet<string> = new Set(['has', 'dyn', 'type']);
const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const indexed: ReadonlySet<string> = new Set(['substring', 'indexOf', 'lastIndexOf', 'split', 'at']);

/**
 * Writes an expression again, with calls around whatever can take long that charge for it before it runs. The library
 * has no hook for that. What stays cheap whatever the data, most conditions, is written as it was.
 */
export function meteredSource(node: CelNode): string {
  if (node.op === 'value') return printLiteral(node.args);
  if (node.op === 'id') return node.args;
  if (node.op === '.' || node.op === '.?') return `${operand(node.args[0])}${node.op}${node.args[1]}`;
  if (node.op === '[]' || node.op === '[?]') return `${operand(node.args[0])}[${charged('shallow', node.args[1])}]`;
  if (node.op === 'call') return printCall(node);
  if (node.op === 'rcall') return printMethod(node);
  if (node.op === 'list') return `[${node.args.map(meteredSource).join(', ')}]`;
  if (node.op === 'map') return printMap(node);
  return printOperator(node);
}

function printMap(node: CelNodeOf<'map'>): string {
  return `{${node.args.map(([key, value]) => `${charged('shallow', key)}: ${operand(value)}`).join(', ')}}`;
}

type OperatorNode = Exclude<
  CelNode,
  CelNodeOf<'value' | 'id' | '.' | '.?' | '[]' | '[?]' | 'call' | 'rcall' | 'list' | 'map'>
>;

function printOperator(node: OperatorNode): string {
  if (node.op === '!_' || node.op === '-_') return `${node.op.charAt(0)}${operand(node.args)}`;
  if (node.op === '?:') {
    const [condition, consequent, alternate] = node.args;
    return `${operand(condition)} ? ${operand(consequent)} : ${operand(alternate)}`;
  }
  const [left, right] = node.args;
  if (node.op === 'in') return `${charged('shallow', left)} in ${printContainer(left, right)}`;
  if (isCheap(node.op, left) || isCheap(node.op, right)) return `${operand(left)} ${node.op} ${operand(right)}`;
  if (node.op === '+') return `${charged('shallow', left)} + ${charged('shallow', right)}`;
  if (comparisons.has(node.op)) return `${charged('deep', left)} ${node.op} ${charged('shallow', right)}`;
  return `${operand(left)} ${node.op} ${operand(right)}`;
}

/** Whether this literal on one side keeps the operator short: equality looks at the lengths of texts first. */
function isCheap(operator: string, node: CelNode): boolean {
  if (node.op !== 'value' || node.args instanceof Uint8Array) return false;
  return typeof node.args !== 'string' || operator === '+' || operator === '==' || operator === '!=';
}

function printContainer(member: CelNode, container: CelNode): string {
  return charged(member.op === 'value' ? 'shallow' : 'deep', container);
}

function printCall(node: CelNodeOf<'call'>): string {
  const [name, parameters] = node.args;
  if (name === 'size') return `__size(${parameters.map(meteredSource).join(', ')})`;
  if (noWrap.has(name)) return `${name}(${parameters.map(meteredSource).join(', ')})`;
  const printed = parameters.map((parameter) => {
    const text = charged(wraps.get(name) ?? 'shallow', parameter);
    return name === 'timestamp' ? `__integer(${text})` : text;
  });
  return `${name}(${printed.join(', ')})`;
}

function printMethod(node: CelNodeOf<'rcall'>): string {
  const [name, receiver, parameters] = node.args;
  if (isBinding(node)) return `cel.bind(${parameters.map(meteredSource).join(', ')})`;
  if (isLoop(node)) {
    const bodySteps = parameters.slice(1).reduce((steps, body) => steps + stepsOf(body), 1);
    return `__range(${meteredSource(receiver)}, ${bodySteps}).${name}(${parameters.map(meteredSource).join(', ')})`;
  }
  if (name === 'size') return `__size(${meteredSource(receiver)})`;
  const printed = parameters.map((parameter) => {
    const text = charged('shallow', parameter);
    return indexed.has(name) && parameter.op !== 'value' ? `__integer(${text})` : text;
  });
  const call = `${ownMethods.has(name) ? `__${name}` : name}(${printed.join(', ')})`;
  return `${charged(wraps.get(name) ?? 'shallow', receiver)}.${call}`;
}

type Wrap = 'shallow' | 'deep' | 'short';

/** How the subject of a function is charged where that is not "shallow". */
const wraps: ReadonlyMap<string, Wrap> = new Map([
  ['duration', 'short'],
  ['join', 'deep'],
]);

function charged(how: Wrap, node: CelNode): string {
  return node.op === 'value' ? operand(node) : `__${how}(${meteredSource(node)})`;
}

const bare: ReadonlySet<string> = new Set(['value', 'id', '.', '.?', '[]', '[?]', 'call', 'rcall', 'list', 'map']);

function operand(node: CelNode): string {
  const text = meteredSource(node);
  return bare.has(node.op) ? text : `(${text})`;
}

function printLiteral(value: CelNodeOf<'value'>['args']): string {
  if (typeof value === 'string') return printText(value);
  if (typeof value === 'number')
    return Number.isInteger(value) && !/e/u.test(String(value)) ? `${value}.0` : String(value);
  if (value instanceof Uint8Array) {
    return `b"${[...value].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;
  }
  if (typeof value === 'object' && value !== null) return `${value.toString()}u`;
  return String(value);
}

function printText(value: string): string {
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `"${escaped}"`;
}
