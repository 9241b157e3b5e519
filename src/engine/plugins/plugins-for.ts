import type { EventStream } from '../../services/index.ts';
import type { Telemetry } from '../telemetry.ts';
import { createEnginePlugins, type EnginePlugins, type EnginePluginsOptions } from './engine-plugins.ts';

interface Surroundings extends Pick<EnginePluginsOptions, 'clock' | 'environment'> {
  readonly stream: EventStream;
  readonly telemetry: Pick<Telemetry, 'tellPlugin'>;
}

/** The plugins of a project and those of the program, with what is told of them on the stream. */
export function pluginsFor(
  project: Pick<EnginePluginsOptions, 'project' | 'directory'>,
  { plugins: given }: { readonly plugins?: EnginePluginsOptions['given'] },
  { clock, environment, stream, telemetry: { tellPlugin: tell } }: Surroundings,
): EnginePlugins {
  const addSink: EnginePluginsOptions['addSink'] = (sink) => stream.addSink(sink);
  return createEnginePlugins({ ...project, environment, given, clock, tell, addSink });
}
