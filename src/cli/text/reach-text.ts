import type { PipelineReach } from '../../engine/index.ts';
import { safeLine } from './safe-text.ts';

type ModeReach = NonNullable<PipelineReach['modes']['normal']>;

/** The machine that the manifests are checked on. */
interface Around {
  readonly hasSandbox: boolean;
}

/** What tools can do in each mode, a line for each; nothing of pipelines that use no tool. */
export function reachLines(reaches: readonly PipelineReach[], around: Around): readonly string[] {
  const using = reaches.filter(({ modes }) => modes.normal !== undefined && modes.normal.run.length > 0);
  if (using.length === 0) return [];
  const width = Math.max(...using.flatMap(({ modes }) => Object.keys(modes).map((mode) => mode.length)));
  return ['What tools can do, by mode:', ...using.flatMap((reach) => pipelineLines(reach, width, around))];
}

function pipelineLines(reach: PipelineReach, width: number, { hasSandbox }: Around): readonly string[] {
  const { pipeline, modes, unfenced, sandboxes } = reach;
  const ofModes = Object.entries(modes).map(([mode, done]) => `    ${mode.padEnd(width)}  ${modeText(done)}`);
  const names = unfenced.join(', ');
  const code = names === '' ? [] : [`    NOT FENCED: ${names}, once they run: permissions do not hold code`];
  const open = Object.entries(sandboxes).flatMap(([name, use]) => (isOpen(use, hasSandbox) ? [name] : []));
  const programs =
    open.length === 0
      ? []
      : [
          `    NO SANDBOX: ${open.join(', ')}: permissions hold what is started, not what files and hosts it then reaches`,
        ];
  return [`  ${safeLine(pipeline)}`, ...ofModes, ...code, ...programs];
}

/** Whether a program runs in no sandbox here; without one, what requires it does not run at all. */
function isOpen(use: PipelineReach['sandboxes'][string], hasSandbox: boolean): boolean {
  return use === 'off' || (use === 'auto' && !hasSandbox);
}

function modeText({ run, depends, capabilities }: ModeReach): string {
  const parts = [
    ...(run.length > 0 ? [run.join(', ')] : []),
    ...(depends.length > 0 ? [`${depends.join(', ')} if their code says that they are harmless`] : []),
  ];
  if (parts.length === 0) return 'no tool runs';
  return `${parts.join('; ')} (${capabilities.length > 0 ? capabilities.join(', ') : 'nothing else'})`;
}
