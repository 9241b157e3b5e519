import type { ModelSpec } from '../../manifest/index.ts';
import type { Environment } from '../security/index.ts';

/** Calls back when the time is over, unless the function it returns was called before. */
export type StartTimer = (delayMs: number, onDue: () => void) => () => void;

export interface ModelClientOptions {
  /** Text of the file that `ModelSpec.script` names. */
  readonly script?: string;
  /** Where keys and addresses of providers stand. Default: nowhere. */
  readonly environment?: Environment;
  /** Measures the time limits of calls. Default: real time. */
  readonly startTimer?: StartTimer;
}

export interface ModelAdapterOptions extends ModelClientOptions {
  readonly alias: string;
  /** With the values of all `${env:NAME}` in it. */
  readonly spec: ModelSpec;
}
