import { definePlugin, type HookContext, type HookVerdict } from '../../src/index.ts';

/* What authors of plugins are told by the compiler. */

definePlugin<{ readonly forbid: readonly string[] }>({
  name: 'guard',
  version: '1',
  setup: ({ forbid }) => void forbid.length,
  hooks: {
    before_tool: async ({ tool, arguments: given, stage }) => {
      const named: string = tool;
      const place: string | undefined = stage;
      const known: unknown = given;
      return known === place ? undefined : { veto: named };
    },
    after_llm: async ({ text }) => ({ replaceOutput: { text: text.trim() } }),
    before_task: async () => ({ addOverride: { kind: 'mode' } }),
    on_error: async () => undefined,
  },
  events: { 'tool.finished': ({ data }) => void data.tool },
  steps: { scrub: async ({ output }) => ({ replaceOutput: output }) },
});

// @ts-expect-error A hook that does not exist.
definePlugin({ name: 'a', version: '1', hooks: { before_tol: async () => undefined } });

// @ts-expect-error A verdict that is not allowed at this point.
definePlugin({ name: 'a', version: '1', hooks: { before_tool: async () => ({ replaceOutput: 1 }) } });

// @ts-expect-error An observer answers nothing.
definePlugin({ name: 'a', version: '1', hooks: { after_task: async () => ({ veto: 'no' }) } });

// @ts-expect-error A plugin has a version.
definePlugin({ name: 'a' });

export function changes(context: HookContext<'before_agent'>): void {
  // @ts-expect-error The context is frozen.
  context.model = 'other';
}

export const verdict: HookVerdict<'before_llm'> = { replaceInput: { system: 'Be brief.' } };
