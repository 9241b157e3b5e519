import { edgeLabel, type DrawingModel } from '../../../src/diagram/index.ts';
import type { WorkflowSpec } from '../../../src/manifest/index.ts';
import { outlineWorkflow } from '../../../src/manifest-compiler/plan/workflow-plan.ts';

/** The drawing of a workflow that has no project around it; `titleOf` gives its nodes other names. */
export function modelOfWorkflow(workflow: WorkflowSpec, titleOf: (id: string) => string = (id) => id): DrawingModel {
  const { nodes, edges } = outlineWorkflow(workflow, {});
  const reached = new Set(edges.map(({ to }) => to));
  return {
    workflow: workflow.id,
    view: 'workflow',
    nodes: nodes.map(({ spec: { id, type } }) => ({ id, title: titleOf(id), type, detail: `what ${type} does` })),
    edges: edges.map((edge) => {
      const { id, from, to, kind } = edge;
      const label = edgeLabel(edge);
      return label === undefined ? { id, from, to, kind } : { id, from, to, kind, label };
    }),
    entries: nodes.map(({ spec }) => spec.id).filter((id) => !reached.has(id)),
  };
}

/** Names that have broken pictures, one way or the other. */
export const oddNames = [
  '🧑‍🚀 emoji 👩‍👩‍👧 and flags 🇩🇪🇨🇭',
  'ملف العمل العربي الطويل',
  '\u202Eturned around\u202C',
  `quotes " ' \` and <script>alert(1)</script> &amp; ]]>`,
  'lines\nin\r\none \u2028 name\u0000',
  'very_long_name_'.repeat(20),
  '\uD800 half a letter',
  '设计一个非常长的工作流程名称以便检查宽度是否正确',
  '|pipes| #hash; {braces} [brackets] (round) \\ %25 --> end',
  '',
];
