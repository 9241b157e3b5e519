import type { ModelSpec } from '../../manifest/index.ts';
import type { Environment } from '../security/index.ts';
import type { RecordedModel } from './replay/client.ts';

/** Calls back when the time is over, unless the function it returns was called before. */
export type StartTimer = (delayMs: number, onDue: () => void) => () => void;

export interface ModelClientOptions {
  /** Text of the file that `ModelSpec.script` names. */
  readonly script?: string;
  /** Where keys and addresses of providers stand. Default: nowhere. */
  readonly environment?: Environment;
  /** Where cassettes lie. */
  readonly projectDirectory?: string;
  /** What a replay model records. Without it, it only plays. */
  readonly recorded?: RecordedModel;
  /** Takes secrets out of what a replay model writes. */
  readonly redact?: <Part>(part: Part) => Part;
  /** Measures the time limits of calls. Default: real time. */
  readonly startTimer?: StartTimer;
}

export interface ModelAdapterOptions extends ModelClientOptions {
  readonly alias: string;
  /** With the values of all `${env:NAME}` in it. */
  readonly spec: ModelSpec;
}
