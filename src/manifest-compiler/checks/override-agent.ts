import type { Problem } from '../../errors/index.ts';
import type { ProjectView } from './project-view.ts';
import { checkReference } from './unknown-reference.ts';

const path = ['engine', 'overrides', 'agent'];

/** The agent that reads requests is declared, and requests are read. */
export function checkOverrideAgent(view: ProjectView): Problem[] {
  const { agent, parse_requests: parses } = view.manifests.engine?.engine.overrides ?? {};
  if (agent === undefined) return [];
  const unknown = checkReference(view, {
    kind: 'engine',
    path,
    name: agent,
    what: 'agent',
    names: view.names('agents', ['agents']),
    home: 'agents.yaml',
  });
  if (parses === true) return unknown;
  return [
    ...unknown,
    view.problem('engine', {
      code: 'MANIFEST_FIELD_MISSING',
      message: 'An agent is to read requests, and "parse_requests" does not have them read.',
      hint: 'Add "parse_requests: true" beside it, or remove "agent".',
      path,
    }),
  ];
}
