import { openDirectory, type OpenEngine, type OpenOptions, type TestTools } from './engine-fixture.ts';
import { temporaryDirectory, writeProject, type ProjectParts } from './project-fixture.ts';

export interface PermissionProject {
  /** What the model says, in the script of the provider. */
  readonly replies: readonly object[];
  /** What agents.yaml says of the agent besides. */
  readonly agent?: object;
  /** What tools.yaml says besides, by tool. */
  readonly tools?: object;
  /** What the engine permits of the network. */
  readonly network?: object;
  readonly workflow?: ProjectParts['workflow'];
  readonly files?: Readonly<Record<string, string>>;
  readonly handlers?: TestTools;
}

/** An agent with tools that read everywhere in the project and write below out/. */
export async function openPermissionProject(
  project: PermissionProject,
  options: Partial<OpenOptions> = {},
): Promise<OpenEngine> {
  const directory = options.directory ?? temporaryDirectory();
  writeProject(directory, {
    workflow: project.workflow ?? { nodes: [{ id: 'work', type: 'agent', agent: 'worker' }] },
    engine: {
      models: { told: { provider: 'scripted', script: 'replies.yaml' } },
      defaults: { model: 'told' },
      permissions: {
        filesystem: { read: ['.'], write: ['./out'] },
        commands: { allow: ['node x.mjs'] },
        ...(project.network !== undefined && { network: project.network }),
      },
    },
    agents: { worker: { prompt: 'Work.', tools: ['read', 'write'], ...project.agent } },
    tools: {
      read: { type: 'filesystem.read_file', root: '.' },
      write: { type: 'filesystem.write_file', root: './out' },
      ...project.tools,
    },
    files: { 'replies.yaml': JSON.stringify({ replies: project.replies }), ...project.files },
  });
  return openDirectory(directory, project.handlers ?? {}, { host: 'memory', ...options });
}

export const toolCall = (tool: string, given: object = {}): object => ({ tool_calls: [{ tool, arguments: given }] });

/** What telemetry was told about decisions, without what is the same in all of them. */
export function decisionsIn({ events }: Pick<OpenEngine, 'events'>): readonly unknown[] {
  return events.flatMap((event) =>
    event.type === 'security.checked' || event.type === 'security.denied'
      ? [[event.type, event.data.tool, event.data.level, event.data.rule]]
      : [],
  );
}
