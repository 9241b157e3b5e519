import { z } from 'zod';
import { failureError, failureOf, type Failure, type FailureKind } from '../../../errors/index.ts';
import { networkProblem } from '../network-problem.ts';
import { networkFailure, serverFailure } from '../provider-failure.ts';

export const provider = 'openai';

/** What bodies of errors say more exactly than the status does. */
const kindByCode: Readonly<Record<string, FailureKind>> = {
  insufficient_quota: 'provider.quota',
  billing_hard_limit_reached: 'provider.quota',
  billing_not_active: 'provider.quota',
  context_length_exceeded: 'provider.context_length',
  exceed_context_size_error: 'provider.context_length',
  content_filter: 'provider.content_filter',
  content_policy_violation: 'provider.content_filter',
  invalid_api_key: 'provider.auth',
  rate_limit_exceeded: 'provider.rate_limit',
  server_error: 'provider.overloaded',
  server_is_overloaded: 'provider.overloaded',
  slow_down: 'provider.overloaded',
};
/** Servers that speak like OpenAI have no code for it. */
const tooLong = /context (?:length|window|size)/iu;

export const ErrorBody = z.object({
  message: z.string().nullish().catch(undefined),
  code: z.string().nullish().catch(undefined),
  type: z.string().nullish().catch(undefined),
});
type ErrorBody = z.infer<typeof ErrorBody>;

/** The errors of the library, and those of fetch, which break a stream off. */
const Thrown = z.object({
  message: z.string(),
  status: z.number().optional(),
  // asked when there are some: the mention alone has Node load its fetch
  headers: z.custom<Headers>((value) => value instanceof Headers).optional(),
  requestID: z.string().nullish(),
  error: z.union([ErrorBody, z.string().transform((message): ErrorBody => ({ message }))]).optional(),
});

/** What a call throws in place of what the library threw. */
export function asFailure(error: unknown, key: string): Error {
  return failureError(failureOf(error) ?? failureOfThrown(error, key));
}

function failureOfThrown(error: unknown, key: string): Failure {
  const asked = { provider, key };
  const thrown = Thrown.safeParse(error).data;
  if (thrown === undefined) return networkFailure(asked, 'The call broke off');
  const { status, headers, requestID: requestId, error: body } = thrown;
  if (status !== undefined) {
    const message = body?.message ?? thrown.message.replace(`${status} `, '');
    const kind = kindOf(body, message, status);
    const details = {
      ...(headers && { headers }),
      ...(kind && { kind }),
      ...(typeof requestId === 'string' && { requestId }),
    };
    return serverFailure({ ...asked, status, message, ...details }, Date.now());
  }
  return body === undefined ? networkFailure(asked, networkProblem(error)) : answerFailure(body, key);
}

/** The server says in place of an answer, or in the middle of one, that it failed. */
export function answerFailure({ code, type, message }: ErrorBody, key: string): Failure {
  const said = message ?? code ?? type ?? 'it gave no reason';
  const kind = kindOf({ code, type }, said, undefined);
  const failure = networkFailure({ provider, key }, `It failed while it answered: ${said}`);
  return kind === undefined ? failure : { ...failure, code: kind };
}

function kindOf(body: ErrorBody | undefined, message: string, status: number | undefined): FailureKind | undefined {
  for (const code of [body?.code, body?.type])
    if (typeof code === 'string' && Object.hasOwn(kindByCode, code)) return kindByCode[code];
  return (status === 400 || status === undefined) && tooLong.test(message) ? 'provider.context_length' : undefined;
}

/** A proxy's page, or JSON of something else. */
export function brokenAnswer(raw: unknown): Failure {
  const found = typeof raw === 'string' ? 'text, such as the page of a proxy,' : 'something';
  return networkFailure({ provider }, `It answered with ${found} that is no reply of a model`);
}

/** A connection that was closed in an orderly way tells nothing of the rest. */
export function cutStream(): Failure {
  return networkFailure({ provider }, 'The stream ended before the answer did, or what came was no stream');
}
