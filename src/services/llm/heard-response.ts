/** The response; each piece of its body is told as it comes, also what no reader of answers sees, such as comments. */
export function heardResponse(response: Response, onBytes: (() => void) | undefined): Response {
  const { body, status, statusText, headers } = response;
  if (onBytes === undefined || body === null) return response;
  const listener = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      onBytes();
      controller.enqueue(bytes);
    },
  });
  return new Response(body.pipeThrough(listener), { status, statusText, headers });
}
