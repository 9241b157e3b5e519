import type * as Sdk from '@anthropic-ai/sdk';
import { ZodError } from 'zod';
import { failureOf, type Failure, type FailureKind } from '../../../errors/index.ts';
import { networkProblem } from '../network-problem.ts';
import { networkFailure, serverFailure, type AskedProvider } from '../provider-failure.ts';

/** Errors within a stream have no status: it is that which the same error has in front of one. */
const statusByType: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** What the API answers 400 to for other reasons than a bad request; nothing but the text tells. */
const kindByText: readonly (readonly [RegExp, FailureKind])[] = [
  [/prompt is too long|exceeds? (?:the )?context|context (?:window|limit)/iu, 'provider.context_length'],
  [/credit balance is too low/iu, 'provider.quota'],
];

/** The failure that stands for whatever a call threw. */
export function failureFrom(error: unknown, sdk: typeof Sdk, asked: AskedProvider): Failure {
  const known = failureOf(error);
  if (known !== undefined) return known;
  if (isApiError(error, sdk)) return apiFailure(error, asked);
  const problem = error instanceof ZodError ? shapeProblem(error) : networkProblem(error);
  return networkFailure(asked, problem);
}

/** Says of what kind the parameters of the class are, which `instanceof` leaves open. */
function isApiError(error: unknown, sdk: typeof Sdk): error is Sdk.APIError {
  return error instanceof sdk.APIError;
}

function apiFailure(error: Sdk.APIError, asked: AskedProvider): Failure {
  const status = error.status ?? statusByType[error.type ?? ''];
  if (status === undefined) return networkFailure(asked, networkProblem(error));
  // The library puts the status in front, which the failure says anyway.
  const message = error.apiMessage ?? error.message.replace(`${status} `, '');
  const kind = status === 400 ? kindByText.find(([pattern]) => pattern.test(message))?.[1] : undefined;
  const { headers, requestID } = error;
  const fault = {
    ...asked,
    status,
    message,
    ...(headers !== undefined && { headers }),
    ...(kind !== undefined && { kind }),
    ...(typeof requestID === 'string' && { requestId: requestID }),
  };
  return serverFailure(fault, Date.now());
}

function shapeProblem({ issues: [issue] }: ZodError): string {
  const place = issue === undefined || issue.path.length === 0 ? '' : `"${issue.path.join('.')}": `;
  return `What came back is no message of its API: ${place}${issue?.message ?? 'Nothing is there'}`;
}
