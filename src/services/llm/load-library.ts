import { failureError } from '../../errors/index.ts';

/** What a provider's client is made with, loaded when it is first needed. Another call tries again what failed. */
export async function loadLibrary<Library>(provider: string, load: () => Promise<Library>): Promise<Library> {
  try {
    return await load();
  } catch (cause) {
    throw failureError({
      code: 'provider.bad_request',
      message: `The library of provider "${provider}" cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Install the dependencies of the project again.',
      details: { provider },
    });
  }
}
