import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest, IncomingMessage } from 'node:http';

/**
 * Says why requests to an address fail, as soon as they do: exporters try again by themselves, and say nothing until they give up.
 * The answer ends that.
 */
export function watchRequests(address: URL, onFailure: (reason: string) => void): () => void {
  const isOurs = (message: unknown): message is { readonly request: ClientRequest } =>
    isWithRequest(message) &&
    message.request.getHeader('host') === address.host &&
    message.request.path === `${address.pathname}${address.search}`;
  const onError = (message: unknown): void => {
    if (isOurs(message) && 'error' in message) onFailure(reasonOf(message.error));
  };
  const onResponse = (message: unknown): void => {
    if (!isOurs(message) || !('response' in message) || !(message.response instanceof IncomingMessage)) return;
    const { statusCode = 0, statusMessage = '' } = message.response;
    if (statusCode > 299) onFailure(`${statusCode} ${statusMessage}`.trim());
  };
  subscribe('http.client.request.error', onError);
  subscribe('http.client.response.finish', onResponse);
  return () => {
    unsubscribe('http.client.request.error', onError);
    unsubscribe('http.client.response.finish', onResponse);
  };
}

function isWithRequest(message: unknown): message is { readonly request: ClientRequest } {
  return (
    typeof message === 'object' && message !== null && 'request' in message && message.request instanceof ClientRequest
  );
}

/** Of a name with several addresses, each has failed on its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map((one) => reasonOf(one)).join(', ');
  if (!(error instanceof Error)) return String(error);
  const { message } = error;
  const isStatus = 'code' in error && typeof error.code === 'number';
  return isStatus ? `${String(error.code)} ${message}`.trim() : message;
}
