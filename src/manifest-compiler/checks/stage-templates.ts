import type { Problem } from '../../errors/index.ts';
import { createNameFinder, quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

interface StepRule {
  /** Steps that come before this one where they are there. */
  readonly after: readonly string[];
  /** Steps that this one cannot be without. */
  readonly needs: readonly string[];
}

type Rules = Readonly<Record<string, StepRule>>;

const templates: Readonly<Record<'agent_node' | 'tool_node', { readonly steps: Rules; readonly heart: string }>> = {
  agent_node: {
    heart: 'call_llm',
    steps: {
      load_task_state: { after: [], needs: [] },
      assemble_context: { after: ['load_task_state'], needs: [] },
      build_prompt: { after: ['load_task_state', 'assemble_context'], needs: [] },
      call_llm: { after: ['build_prompt'], needs: ['build_prompt'] },
      validate_json: { after: ['call_llm'], needs: [] },
      apply_agent_effects: { after: ['call_llm', 'validate_json'], needs: [] },
      emit_telemetry: { after: ['call_llm', 'validate_json', 'apply_agent_effects'], needs: [] },
    },
  },
  tool_node: {
    heart: 'execute_tool',
    steps: {
      validate_tool_input: { after: [], needs: [] },
      execute_tool: { after: ['validate_tool_input'], needs: [] },
      emit_telemetry: { after: ['execute_tool'], needs: [] },
    },
  },
};

/** Stage templates list steps that exist, each once, in an order in which each has what it works on. */
export function checkStageTemplates(view: ProjectView): Problem[] {
  const written = view.manifests.pipelines?.pipeline_templates;
  return (['agent_node', 'tool_node'] as const).flatMap((name) => {
    const stages = written?.[name]?.stages;
    if (stages === undefined) return [];
    const path = ['pipeline_templates', name, 'stages'];
    const unknown = unknownSteps(view, path, { stages, rules: templates[name].steps });
    const isKnown = unknown.every(({ severity }) => severity === 'warning');
    return isKnown ? unknown.concat(orderProblems(view, path, { name, stages })) : unknown;
  });
}

function unknownSteps(
  view: ProjectView,
  path: string[],
  found: { stages: readonly string[]; rules: Rules },
): Problem[] {
  const { stages, rules } = found;
  const finder = createNameFinder(Object.keys(rules));
  return stages.flatMap((step, index): Problem[] => {
    if (Object.hasOwn(rules, step)) return [];
    if (isPluginStep(step)) return strangePlugin(view, [...path, index], step);
    return [
      view.problem('pipelines', {
        code: 'MANIFEST_TEMPLATE_STEP_UNKNOWN',
        message: `${quote(step)} is no step of this template.`,
        hint: finder.hint(step),
        path: [...path, index],
      }),
    ];
  });
}

/** A step of a plugin is named with it: `guard.scrub`. Whether the plugin has it is seen once its code is loaded. */
function isPluginStep(step: string): boolean {
  return /^[\w-]+\.[\w-]+$/u.test(step);
}

function strangePlugin(view: ProjectView, path: (string | number)[], step: string): Problem[] {
  const plugin = step.slice(0, step.indexOf('.'));
  if (view.manifests.plugins?.plugins.some(({ name, type }) => name === plugin && type === 'module') === true)
    return [];
  return [
    view.problem('pipelines', {
      severity: 'warning',
      code: 'MANIFEST_TEMPLATE_STEP_UNKNOWN',
      message: `The step ${quote(step)} is that of a plugin that is no module of plugins.yaml: the program has to bring it.`,
      hint: `Declare ${quote(plugin)} in plugins.yaml, or give the plugin to the engine when it is opened.`,
      path,
    }),
  ];
}

function orderProblems(
  view: ProjectView,
  path: string[],
  { name, stages }: { name: 'agent_node' | 'tool_node'; stages: readonly string[] },
): Problem[] {
  const { steps, heart } = templates[name];
  if (!stages.includes(heart)) {
    return [
      orderProblem(view, path, {
        message: `The template has no step ${quote(heart)}, so it does nothing.`,
        hint: `Add ${quote(heart)}.`,
      }),
    ];
  }
  return stages.flatMap((step, index): Problem[] => {
    const later = new Set(stages.slice(index + 1));
    const early = steps[step]?.after.find((other) => later.has(other));
    const missing = steps[step]?.needs.find((other) => !stages.includes(other));
    const at = [...path, index];
    if (stages.indexOf(step) < index) {
      return [
        orderProblem(view, at, { message: `The step ${quote(step)} is there twice.`, hint: 'Remove one of them.' }),
      ];
    }
    if (missing !== undefined) {
      return [
        orderProblem(view, at, {
          message: `The step ${quote(step)} needs the step ${quote(missing)}.`,
          hint: `Add ${quote(missing)} before it.`,
        }),
      ];
    }
    if (early === undefined) return [];
    return [
      orderProblem(view, at, {
        message: `The step ${quote(step)} comes before ${quote(early)}, whose result it needs.`,
        hint: `Move it behind ${quote(early)}.`,
      }),
    ];
  });
}

function orderProblem(view: ProjectView, path: (string | number)[], text: { message: string; hint: string }): Problem {
  return view.problem('pipelines', { code: 'MANIFEST_TEMPLATE_ORDER', ...text, path });
}
