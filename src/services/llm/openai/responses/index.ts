import { failureError } from '../../../../errors/index.ts';
import { throwIfCancelled } from '../../cancellation.ts';
import { requestOptions, type OpenaiApi } from '../api.ts';
import { cutStream } from '../failures.ts';
import { eventReader } from './events.ts';
import { responsesRequest } from './request.ts';
import { responsesResult } from './result.ts';

/** The newer interface, which OpenAI has and few others. */
export const responsesApi: OpenaiApi = {
  async generate(call) {
    const body = { ...responsesRequest(call), stream: false } as const;
    return responsesResult(await call.client.responses.create(body, requestOptions(call)), call);
  },

  async *stream(call) {
    const body = { ...responsesRequest(call), stream: true } as const;
    const read = eventReader(call);
    for await (const event of await call.client.responses.create(body, requestOptions(call))) {
      const chunk = read(event);
      yield chunk;
      if (chunk.result !== undefined) return;
    }
    // To the library a cancelled stream is one that is over.
    throwIfCancelled(call.options.signal);
    throw failureError(cutStream());
  },
};
