import type { ModelSpec } from '../../manifest/index.ts';
import type { Environment } from '../security/index.ts';

export interface ModelClientOptions {
  /** Text of the file that `ModelSpec.script` names. */
  readonly script?: string;
  /** Where keys and addresses of providers stand. Default: nowhere. */
  readonly environment?: Environment;
}

export interface ModelAdapterOptions extends ModelClientOptions {
  readonly alias: string;
  /** With the values of all `${env:NAME}` in it. */
  readonly spec: ModelSpec;
}
