import { failureError } from '../../errors/index.ts';
import type { MapNodeSpec, NodeSpec, RepeatNodeSpec, WorkflowNodeSpec } from '../../manifest/index.ts';
import { handOn, type Role } from './role.ts';

/** A node whose work is done by child tasks. */
export type ChildSpec = MapNodeSpec | RepeatNodeSpec | WorkflowNodeSpec;

/** Whether a node runs child tasks. */
export function isChildSpec(spec: NodeSpec): spec is ChildSpec {
  return spec.type === 'map' || spec.type === 'repeat' || spec.type === 'workflow';
}

/** The body that the child tasks of a node run, by its id in `CompiledProject.bodies`. */
export function bodyId({ type, workflow }: ChildSpec): string {
  return `${type}:${workflow}`;
}

/** One child task for each item of a list. */
export const compileMapNode: Role<MapNodeSpec> = (spec, context) => {
  const items = context.mapping(spec.items, ['items']);
  const input = spec.input === undefined ? undefined : context.mapping(spec.input, ['input'], ['item', 'index']);
  const rules = {
    kind: 'map',
    body: bodyId(spec),
    onItemFailure: spec.on_item_failure ?? 'fail',
    quorum: spec.quorum ?? 0,
    ...(spec.max_parallel !== undefined && { maxParallel: spec.max_parallel }),
  } as const;
  return {
    plan(scope) {
      const list = checkedList(spec, items.evaluate({ ...scope }));
      const inputOf = (index: number): unknown =>
        input === undefined ? list[index] : input.evaluate({ ...scope, item: list[index], index });
      return { ...rules, items: list, inputOf };
    },
    conclude: handOn,
  };
};

function checkedList({ id, max_items: limit }: MapNodeSpec, items: unknown): readonly unknown[] {
  if (!Array.isArray(items)) {
    throw failureError({
      code: 'config.expression',
      message: `The items of "${id}" are ${items === null ? 'null' : `a ${typeof items}`}, where a list is needed.`,
      hint: 'Let "items" give a list.',
    });
  }
  if (limit === undefined || items.length <= limit) return items;
  throw failureError({
    code: 'config.value_too_large',
    message: `The list of "${id}" has ${items.length} items; the limit is ${limit}.`,
    hint: 'Give a shorter list, or raise "max_items".',
    details: { items: items.length, limit },
  });
}

/** One child task after the other, until a condition holds. */
export const compileRepeatNode: Role<RepeatNodeSpec> = (spec, context) => {
  const input = spec.input === undefined ? undefined : context.mapping(spec.input, ['input'], ['iteration']);
  const until = spec.until === undefined ? undefined : context.expression(spec.until, ['until'], ['iteration']);
  const rules = {
    kind: 'repeat',
    body: bodyId(spec),
    maxIterations: spec.max_iterations,
    onExhausted: spec.on_exhausted ?? (spec.until === undefined ? 'accept' : 'fail'),
  } as const;
  return {
    plan: (scope) => ({
      ...rules,
      inputOf(iteration, previous) {
        const output = iteration === 1 ? scope.output : previous;
        return input === undefined ? output : input.evaluate({ ...scope, output, iteration });
      },
      isOver: (iteration, output) => until !== undefined && until.holds({ ...scope, output, iteration }),
    }),
    conclude: handOn,
  };
};

/** One child task that runs another workflow. */
export const compileWorkflowNode: Role<WorkflowNodeSpec> = (spec, context) => {
  const input = spec.input === undefined ? undefined : context.mapping(spec.input, ['input']);
  const body = bodyId(spec);
  return {
    plan: (scope) => ({
      kind: 'workflow',
      body,
      input: input === undefined ? scope.output : input.evaluate({ ...scope }),
    }),
    conclude: handOn,
  };
};
