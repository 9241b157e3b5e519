import type { Failure } from '../../errors/index.ts';

/** What telemetry and the log keep of a failure. */
export function plainFailure({ code, message, hint }: Failure): Failure {
  return { code, message, ...(hint !== undefined && { hint }) };
}
