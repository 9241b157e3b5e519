import { failureError } from '../../errors/index.ts';
import type { ModelAdapterOptions } from './adapter-options.ts';

/** The key that the manifest names, else that of the environment. Throws a `provider.auth` failure when there is none. */
export function providerKey({ alias, spec, environment = {} }: ModelAdapterOptions, variable: string): string {
  // Files and shells leave line ends behind, which no header may have.
  const key = (spec.api_key ?? environment[variable] ?? '').trim();
  if (/^[!-~]+$/u.test(key)) return key;
  const fault = key === '' ? 'has no key' : 'has a key with characters that no key has';
  throw failureError({
    code: 'provider.auth',
    message: `Provider "${spec.provider}" of model "${alias}" ${fault}.`,
    hint: `Set ${variable}, or name another variable in "api_key" of model "${alias}" in engine.yaml.`,
    details: { provider: spec.provider },
  });
}
