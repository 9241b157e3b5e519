import { isEngineError } from '../../errors/index.ts';
import type { CompiledProject } from '../../manifest-compiler/index.ts';
import { findInstalledModels, withEnvironment, type Environment } from '../../services/index.ts';
import { loadProject, type LoadedProject } from '../project/load-project.ts';
import { findStateDirectory } from '../project/state-directory.ts';
import { checkModelKeys } from '../stages/model-keys.ts';
import { checkState } from './check-state.ts';
import type { Finding } from './finding.ts';

interface Around {
  readonly environment: Environment;
  readonly hasSandbox: boolean;
}

/** What stands between a project and its run here. Throws MANIFEST_FILE_MISSING where there is none. */
export async function checkProject(directory: string, around: Around): Promise<readonly Finding[]> {
  const { environment } = around;
  const loaded = await loadProject(directory, { environment });
  const state = await findStateDirectory(directory, environment);
  const { compiled } = loaded;
  return [
    checkManifests(loaded),
    ...(compiled === undefined
      ? []
      : [
          ...keyFindings(compiled, environment),
          ...sandboxFindings(compiled, around),
          ...(await serverFindings(compiled, environment)),
        ]),
    await checkState(state.path),
  ];
}

function checkManifests({ directory, problems }: LoadedProject): Finding {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const count = `${errors === 1 ? '1 error' : `${errors} errors`} and ${warnings === 1 ? '1 warning' : `${warnings} warnings`}`;
  const todo = `See them with: agent-engine validate ${directory}`;
  if (errors > 0) return { check: 'project', status: 'broken', text: `The manifests have ${count}.`, todo };
  if (warnings > 0) return { check: 'project', status: 'note', text: `The manifests are valid, with ${count}.`, todo };
  return { check: 'project', status: 'ok', text: `The manifests in "${directory}" are valid.` };
}

function keyFindings(compiled: CompiledProject, environment: Environment): readonly Finding[] {
  try {
    checkModelKeys(compiled, environment);
    return [];
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return [
      { check: 'keys', status: 'broken', text: error.message, ...(error.hint !== undefined && { todo: error.hint }) },
    ];
  }
}

function sandboxFindings({ project }: CompiledProject, { hasSandbox }: Around): readonly Finding[] {
  if (hasSandbox) return [];
  const needy = Object.entries(project.tools).filter(([, tool]) => 'sandbox' in tool && tool.sandbox === 'required');
  if (needy.length === 0) return [];
  const names = needy.map(([name]) => `"${name}"`).join(', ');
  return [
    {
      check: 'sandbox',
      status: 'broken',
      text: `Tools that need a sandbox cannot be loaded: ${names}.`,
      todo: 'Install bubblewrap and permit user namespaces, or write "sandbox: auto".',
    },
  ];
}

/** Only models that are declared: what "auto" finds is looked at elsewhere. */
async function serverFindings({ project }: CompiledProject, environment: Environment): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [alias, spec] of Object.entries(project.engine.models ?? {})) {
    if (withEnvironment(spec.provider, environment) === 'ollama')
      findings.push(...(await serverFinding(alias, spec.base_url, environment)));
  }
  return findings;
}

async function serverFinding(
  alias: string,
  written: string | undefined,
  environment: Environment,
): Promise<readonly Finding[]> {
  const what = `Model "${alias}" is one of Ollama`;
  const base_url = written === undefined ? undefined : withEnvironment(written, environment);
  const shown = written?.replace(/(?<=:\/\/)[^/@$]*@/u, '');
  if (written !== undefined && base_url !== undefined && tellsSecrets(written, base_url, environment)) {
    return [
      {
        check: 'ollama',
        status: 'note',
        text: `${what}, and the server at "${shown}" was not asked: what the address, or a key for it, says would leave this machine.`,
        todo: 'Ask it with a run when you trust the project.',
      },
    ];
  }
  const { address, isThere } = await findInstalledModels(environment, { ...(base_url !== undefined && { base_url }) });
  if (isThere) return [];
  return [
    {
      check: 'ollama',
      status: 'broken',
      text: `${what}, and no server answers at "${shown ?? address}".`,
      todo: 'Start it with: ollama serve, or set OLLAMA_HOST.',
    },
  ];
}

const ownHosts = new Set(['127.0.0.1', '[::1]', 'localhost', '0.0.0.0', '[::]']);

/** Whether a server elsewhere, which is the choice of a project, would be given something out of the environment or a password. */
function tellsSecrets(written: string, baseUrl: string, environment: Environment): boolean {
  const full = baseUrl.includes('://') ? baseUrl : `http://${baseUrl.startsWith(':') ? '127.0.0.1' : ''}${baseUrl}`;
  const url = URL.canParse(full.trim()) ? new URL(full.trim()) : undefined;
  if (url === undefined || ownHosts.has(url.hostname)) return false; // what is no address is not asked
  const hasKey = url.protocol === 'https:' && (environment['OLLAMA_API_KEY'] ?? '').trim() !== '';
  return written.includes('${env:') || url.username !== '' || url.password !== '' || hasKey;
}
