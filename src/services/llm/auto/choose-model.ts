import { providers, type ModelSpec } from '../../../manifest/index.ts';
import type { Environment } from '../../security/index.ts';
import { findInstalledModels } from '../ollama/installed-models.ts';
import { defaultModels } from './default-models.ts';

const adapters: ReadonlySet<string> = new Set(providers);

/** What `auto` stands for, here and now. */
export interface ModelChoice {
  /** The name that manifests give the model. */
  readonly alias: string;
  readonly provider: string;
  /** Name of the model at the provider; absent for `offline`. */
  readonly model?: string;
  /** The end of a sentence: "ANTHROPIC_API_KEY is set". */
  readonly reason: string;
}

export interface ChoiceOptions {
  readonly environment: Environment;
  /** Providers that can be chosen. Default: all that there are adapters for. */
  readonly available?: ReadonlySet<string>;
}

/** The first that can be asked: a provider whose key is set, an Ollama server that has a model, else offline. */
export async function chooseModel(
  alias: string,
  declared: Pick<ModelSpec, 'model'>,
  { environment, available = adapters }: ChoiceOptions,
): Promise<ModelChoice> {
  const tried = defaultModels.providers.filter(({ provider }) => available.has(provider));
  const keyed = tried.find(({ variable }) => isSet(environment[variable]));
  if (keyed !== undefined) {
    return { alias, provider: keyed.provider, model: keyed.model, reason: `${keyed.variable} is set` };
  }
  const { address, names } = await findInstalledModels(environment);
  const model = names.find((name) => isMeant(name, declared.model)) ?? names[0];
  if (model !== undefined) {
    return { alias, provider: 'ollama', model, reason: `an Ollama server with this model answers at "${address}"` };
  }
  const unset = tried.map(({ variable }) => `${variable} is not set, `).join('');
  return { alias, provider: 'offline', reason: `${unset}and no Ollama server with a model answers at "${address}"` };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== '';
}

/** A name without a tag means the latest one, as for Ollama itself. */
function isMeant(name: string, wanted: string | undefined): boolean {
  return name === wanted || name === `${wanted}:latest`;
}
