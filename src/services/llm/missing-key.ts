import { outsideNames, secretPath, type ModelSpec } from '../../manifest/index.ts';
import type { Environment } from '../security/index.ts';
import { defaultModels } from './auto/default-models.ts';

/** A key that a model needs and that is not there. */
export interface MissingKey {
  readonly provider: string;
  /** The environment variable to set. */
  readonly variable: string;
}

/** The key that a model, as it is declared, cannot be asked without, when it is not there. */
export function missingKey(declared: ModelSpec, environment: Environment): MissingKey | undefined {
  const { provider, api_key: written, base_url: address } = declared;
  const keyed = defaultModels.providers.find((each) => each.provider === provider);
  if (keyed === undefined) return undefined;
  const isSet = (variable: string): boolean => (environment[variable] ?? '').trim() !== '';
  const [own] = outsideNames(written ?? '');
  // A secret file is read when the model is made, and holds something then.
  if (own !== undefined && secretPath(own) !== undefined) return undefined;
  if (own !== undefined) return isSet(own) ? undefined : { provider, variable: own };
  // Servers that only speak like OpenAI mostly run nearby and ask for no key.
  if (provider === 'openai' && (address !== undefined || isSet('OPENAI_BASE_URL'))) return undefined;
  return isSet(keyed.variable) ? undefined : { provider, variable: keyed.variable };
}
