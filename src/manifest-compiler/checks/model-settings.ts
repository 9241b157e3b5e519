import type { Problem } from '../../errors/index.ts';
import { auto, providers, takesOutsideValue, type ModelSpec } from '../../manifest/index.ts';
import { listNames, quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

type Provider = (typeof providers)[number];

/** Fields that not every provider has a use for. What is recorded of a provider may have any that goes over the wire. */
const providersOfFields = {
  api: ['openai', 'replay'],
  api_key: ['anthropic', 'openai', 'ollama', 'replay'],
  base_url: ['anthropic', 'openai', 'ollama', 'replay'],
  script: ['scripted'],
} as const satisfies Partial<Record<keyof ModelSpec, readonly Provider[]>>;
type Field = keyof typeof providersOfFields;

const all: ReadonlySet<string> = new Set([...providers, auto]);

/** Models have only fields that mean something to their provider. */
export function checkModelSettings(view: ProjectView): Problem[] {
  const models = Object.entries(view.manifests.engine?.engine.models ?? {});
  return models.flatMap(([alias, spec]) => {
    if (!all.has(spec.provider)) return [];
    const unused = fields.flatMap((field) => fieldProblems(view, alias, { field, spec }));
    return unused.concat(addressProblems(view, alias, spec));
  });
}

/** Ollama takes a host alone, too; what stands in the environment is not known yet. */
const webProviders: ReadonlySet<string> = new Set(['anthropic', 'openai']);

function addressProblems(view: ProjectView, alias: string, { provider, base_url: address }: ModelSpec): Problem[] {
  if (address === undefined || !webProviders.has(provider)) return [];
  if (takesOutsideValue(address) || isWebAddress(address)) return [];
  return [
    view.problem('engine', {
      code: 'MANIFEST_VALUE_INVALID',
      message: `The address ${quote(address)} of model ${quote(alias)} does not begin with "http://" or "https://", or is none.`,
      hint: 'Write it as far as the path that the provider adds to, such as "http://localhost:8000/v1".',
      path: ['engine', 'models', alias, 'base_url'],
    }),
  ];
}

/** Whether a request can be sent there. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\//iu.test(text) && URL.canParse(text);
}

const fields: readonly Field[] = ['api', 'api_key', 'base_url', 'script'];

function fieldProblems(view: ProjectView, alias: string, found: { field: Field; spec: ModelSpec }): Problem[] {
  const { field, spec } = found;
  const fitting: readonly string[] = providersOfFields[field];
  if (spec[field] === undefined || fitting.includes(spec.provider)) return [];
  const named = fitting.filter((provider) => provider !== 'replay');
  return [
    view.problem('engine', {
      code: 'MANIFEST_VALUE_INVALID',
      message: `The provider ${quote(spec.provider)} of model ${quote(alias)} has no use for the field ${quote(field)}.`,
      hint: `Remove it, or ${named.length === 1 ? 'use the provider' : 'use one of'} ${listNames(named)}.`,
      path: ['engine', 'models', alias, field],
      at: 'key',
    }),
  ];
}
