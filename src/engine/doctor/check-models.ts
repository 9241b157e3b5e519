import { chooseModel, findInstalledModels, type Environment } from '../../services/index.ts';
import type { Finding } from './finding.ts';

const keyVariables = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'OLLAMA_API_KEY'];
const addressVariables = ['ANTHROPIC_BASE_URL', 'OPENAI_BASE_URL', 'OLLAMA_HOST'];

/** What models can be asked from here, whatever a project wants. */
export async function checkModels(environment: Environment): Promise<readonly Finding[]> {
  const choice = await chooseModel('auto', {}, { environment });
  const name = choice.model === undefined ? choice.provider : `${choice.provider}, ${choice.model}`;
  return [
    checkKeys(environment),
    await checkOllama(environment),
    { check: 'model', status: 'ok', text: `The model "auto" is ${name}: ${choice.reason}.` },
  ];
}

function checkKeys(environment: Environment): Finding {
  const isSet = (variable: string): boolean => (environment[variable] ?? '').trim() !== '';
  const keys = keyVariables.filter(isSet);
  const addresses = addressVariables.filter(isSet);
  const beside = addresses.length === 0 ? '' : ` ${addresses.join(', ')} ${verb(addresses)} set, too.`;
  if (keys.length > 0) return { check: 'keys', status: 'ok', text: `${keys.join(', ')} ${verb(keys)} set.${beside}` };
  return {
    check: 'keys',
    status: 'note',
    text: `None of ${keyVariables.join(', ')} is set.${beside}`,
    todo: 'Set the key of a provider to ask its models; those that are offline, scripted or of Ollama need none.',
  };
}

function verb({ length }: readonly string[]): string {
  return length === 1 ? 'is' : 'are';
}

async function checkOllama(environment: Environment): Promise<Finding> {
  const { address, isThere, names } = await findInstalledModels(environment);
  const [first] = names;
  if (!isThere) {
    return {
      check: 'ollama',
      status: 'note',
      text: `No Ollama server answers at "${address}".`,
      todo: 'To ask models on this machine, install Ollama and start it with: ollama serve',
    };
  }
  if (first !== undefined) {
    const text = `An Ollama server answers at "${address}", with ${names.join(', ')}.`;
    return { check: 'ollama', status: 'ok', text };
  }
  const text = `An Ollama server answers at "${address}", and has no model that can chat.`;
  return { check: 'ollama', status: 'note', text, todo: 'Fetch one, for example with: ollama pull qwen3' };
}
