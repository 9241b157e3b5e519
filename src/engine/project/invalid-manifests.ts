import { EngineError, type Problem } from '../../errors/index.ts';

export function invalidManifests(directory: string, problems: readonly Problem[]): EngineError {
  const count = problems.filter(({ severity }) => severity === 'error').length;
  const noun = count === 1 ? 'error' : 'errors';
  return new EngineError('MANIFEST_INVALID', `The manifests in "${directory}" have ${count} ${noun}.`, {
    hint: `See them with: agent-engine validate ${directory}`,
    problems,
  });
}
