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
    return unknown.length > 0 ? unknown : orderProblems(view, path, { name, stages });
  });
}

function unknownSteps(
  view: ProjectView,
  path: string[],
  found: { stages: readonly string[]; rules: Rules },
): Problem[] {
  const { stages, rules } = found;
  const finder = createNameFinder(Object.keys(rules));
  return stages.flatMap((step, index): Problem[] =>
    Object.hasOwn(rules, step)
      ? []
      : [
          view.problem('pipelines', {
            code: 'MANIFEST_TEMPLATE_STEP_UNKNOWN',
            message: `${quote(step)} is no step of this template.`,
            hint: finder.hint(step),
            path: [...path, index],
          }),
        ],
  );
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
