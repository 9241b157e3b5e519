import type { PipelineReach } from '../engine/index.ts';
import { safeLine } from './safe-text.ts';

type ModeReach = NonNullable<PipelineReach['modes']['normal']>;

/** What tools can do in each mode, a line for each; nothing of pipelines that use no tool. */
export function reachLines(reaches: readonly PipelineReach[]): readonly string[] {
  const using = reaches.filter(({ modes }) => modes.normal !== undefined && modes.normal.run.length > 0);
  if (using.length === 0) return [];
  const width = Math.max(...using.flatMap(({ modes }) => Object.keys(modes).map((mode) => mode.length)));
  return ['What tools can do, by mode:', ...using.flatMap((reach) => pipelineLines(reach, width))];
}

function pipelineLines({ pipeline, modes, unfenced }: PipelineReach, width: number): readonly string[] {
  const ofModes = Object.entries(modes).map(([mode, reach]) => `    ${mode.padEnd(width)}  ${modeText(reach)}`);
  const names = unfenced.join(', ');
  const code = names === '' ? [] : [`    NOT FENCED: ${names}, once they run: permissions do not hold code`];
  return [`  ${safeLine(pipeline)}`, ...ofModes, ...code];
}

function modeText({ run, depends, capabilities }: ModeReach): string {
  const parts = [
    ...(run.length > 0 ? [run.join(', ')] : []),
    ...(depends.length > 0 ? [`${depends.join(', ')} if their code says that they are harmless`] : []),
  ];
  if (parts.length === 0) return 'no tool runs';
  return `${parts.join('; ')} (${capabilities.length > 0 ? capabilities.join(', ') : 'nothing else'})`;
}
