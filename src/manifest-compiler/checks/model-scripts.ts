import type { Problem } from '../../errors/index.ts';
import { normalisePath } from '../read/index.ts';
import { createProblem, createSource, quote, type ManifestSource } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** A scripted model has a script, and the script can be read. */
export function checkModelScripts(view: ProjectView): Problem[] {
  const models = Object.entries(view.manifests.engine?.engine.models ?? {});
  const missing = models.flatMap(([name, { provider, script }]) => {
    if (provider !== 'scripted' || script !== undefined) return [];
    return view.problem('engine', {
      code: 'MANIFEST_FIELD_MISSING',
      message: `The model ${quote(name)} is scripted and needs the field "script".`,
      hint: 'Add "script" with the path of a file.',
      path: ['engine', 'models', name],
    });
  });
  return [...missing, ...[...scriptSources(view).values()].flatMap((source) => faultsIn(view, source))];
}

/** The scripts of scripted models that were found, to show problems with. */
export function scriptSources(view: ProjectView): ReadonlyMap<string, ManifestSource> {
  const sources = new Map<string, ManifestSource>();
  for (const { provider, script } of Object.values(view.manifests.engine?.engine.models ?? {})) {
    const file = provider === 'scripted' && script !== undefined ? normalisePath(script) : '';
    const text = view.texts.get(file);
    if (text !== undefined)
      sources.set(
        file,
        createSource(file, text, () => [0, 0]),
      );
  }
  return sources;
}

function faultsIn(view: ProjectView, source: ManifestSource): Problem[] {
  return view.checkScript(source.text).map(({ message, range = [0, 0] }) =>
    createProblem({
      code: 'MODEL_SCRIPT_INVALID',
      message,
      hint: 'Write a list "replies:" of { agent, stage, match, call, reply | tool_calls | fail | stall }.',
      file: source.file,
      path: [],
      range,
    }),
  );
}
