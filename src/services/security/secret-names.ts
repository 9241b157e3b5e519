import { secretPath } from '../../manifest/index.ts';
import { namesIn } from './environment.ts';
import { tellsOfSecret } from './telling-names.ts';

/** What tells of secrets in the manifest of a tool. */
interface SecretiveTool {
  readonly environment?: readonly string[] | undefined;
  readonly headers?: unknown;
}

/** Variables that tools list by name and whose names say that they hold secrets, as texts that ask for them. */
export function listedSecrets(tools: Readonly<Record<string, object>>): readonly string[] {
  return Object.values(tools).flatMap(({ environment = [] }: SecretiveTool) =>
    environment.flatMap((name) => (tellsOfSecret(name) ? [`\${env:${name}}`] : [])),
  );
}

/**
 * What surely is secret of the values that tools ask for, as texts that ask for them: files, what goes into headers, and variables
 * whose names say so. Others, such as the name of a directory, may stand in files with good reason.
 */
export function secretsOfTools(tools: Readonly<Record<string, object>>): unknown {
  const headers = Object.values(tools).map(({ headers: own }: SecretiveTool) => own);
  const named = namesIn(tools).filter((name) => secretPath(name) !== undefined || tellsOfSecret(name));
  return [
    headers,
    listedSecrets(tools),
    named.map((name) => (secretPath(name) === undefined ? `\${env:${name}}` : `\${${name}}`)),
  ];
}
