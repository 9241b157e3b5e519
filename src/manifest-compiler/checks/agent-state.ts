import type { Problem } from '../../errors/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** An agent that has a state answers with it, and the project has a store to keep it. */
export function checkAgentState(view: ProjectView): Problem[] {
  const stores = view.manifests.memory?.memory;
  const isKept = (stores?.project_store?.type ?? 'disabled') !== 'disabled';
  const mayBeKept = isKept || view.isBroken('memory', ['memory', 'project_store']);
  return Object.entries(view.manifests.agents?.agents ?? {}).flatMap(([name, agent]) => {
    const { state_field: field } = agent;
    if (field === undefined) return [];
    const place = { path: ['agents', name, 'state_field'] };
    const stateless = { ...place, code: 'MANIFEST_VALUE_INVALID' } as const;
    if (!mayBeKept) {
      return view.problem('agents', {
        ...stateless,
        message: `The state of ${quote(name)} could not be kept: this project has no project_store.`,
        hint: 'Declare it in "memory" of memory.yaml, for example with "type: file_json".',
      });
    }
    if (agent.output_schema !== undefined) return [];
    return view.problem('agents', {
      ...stateless,
      message: `The agent ${quote(name)} answers with text, which has no field ${quote(field)}.`,
      hint: `Give it an "output_schema" with the field ${quote(field)}.`,
    });
  });
}
