import type { Problem } from '../../errors/index.ts';
import { quote } from '../report/index.ts';
import { isWebAddress } from './model-settings.ts';
import type { ProjectView } from './project-view.ts';

/** Meanings are compared only where something makes vectors, and that is asked for where something can answer. */
export function checkEmbedding(view: ProjectView): Problem[] {
  return [...lackingEmbedding(view), ...addressProblems(view)];
}

function lackingEmbedding(view: ProjectView): Problem[] {
  const { memory, context_profiles: profiles = {} } = view.manifests.memory ?? {};
  if (memory?.embedding !== undefined) return [];
  return Object.entries(profiles).flatMap(([name, { retrieval_policy: policy }]) => {
    if (policy !== 'semantic') return [];
    return [
      view.problem('memory', {
        code: 'MANIFEST_FIELD_MISSING',
        message: `The context profile ${quote(name)} compares vectors, and nothing makes any: "memory" has no "embedding".`,
        hint: 'Add "embedding: { provider: local }" to "memory", or use "hybrid" or "keyword".',
        path: ['context_profiles', name, 'retrieval_policy'],
      }),
    ];
  });
}

/** Ollama takes a host alone, too; what stands in the environment is not known yet. */
function addressProblems(view: ProjectView): Problem[] {
  const embedding = view.manifests.memory?.memory?.embedding;
  if (embedding?.provider !== 'openai' || embedding.base_url === undefined) return [];
  const { base_url: address } = embedding;
  if (address.includes('${env:') || isWebAddress(address)) return [];
  return [
    view.problem('memory', {
      code: 'MANIFEST_VALUE_INVALID',
      message: `The address ${quote(address)} of "embedding" does not begin with "http://" or "https://", or is none.`,
      hint: 'Write it as far as the path that the provider adds to, such as "http://localhost:8000/v1".',
      path: ['memory', 'embedding', 'base_url'],
    }),
  ];
}
