import type { Problem } from '../../errors/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** A scripted model has a script. */
export function checkModelScripts(view: ProjectView): Problem[] {
  return Object.entries(view.manifests.engine?.engine.models ?? {}).flatMap(([name, { provider, script }]) => {
    if (provider !== 'scripted' || script !== undefined) return [];
    return view.problem('engine', {
      code: 'MANIFEST_FIELD_MISSING',
      message: `The model ${quote(name)} is scripted and needs the field "script".`,
      hint: 'Add "script" with the path of a file.',
      path: ['engine', 'models', name],
    });
  });
}
