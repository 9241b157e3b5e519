import { secretPath } from '../../manifest/index.ts';
import { namesIn } from './environment.ts';

/** Words by which variables that hold secrets are known. */
const telling = /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|(?:API|ACCESS|PRIVATE)_?KEY|(?:^|_)(?:KEY|PAT|AUTH)(?:_|$)/iu;

/** What tells of secrets in the manifest of a tool. */
interface SecretiveTool {
  readonly environment?: readonly string[] | undefined;
  readonly headers?: unknown;
}

/** Variables that tools list by name and whose names say that they hold secrets, as texts that ask for them. */
export function listedSecrets(tools: Readonly<Record<string, object>>): readonly string[] {
  return Object.values(tools).flatMap(({ environment = [] }: SecretiveTool) =>
    environment.flatMap((name) => (telling.test(name) ? [`\${env:${name}}`] : [])),
  );
}

/**
 * What surely is secret of the values that tools ask for, as texts that ask for them: files, what goes into headers, and variables
 * whose names say so. Others, such as the name of a directory, may stand in files with good reason.
 */
export function secretsOfTools(tools: Readonly<Record<string, object>>): unknown {
  const headers = Object.values(tools).map(({ headers: own }: SecretiveTool) => own);
  const named = namesIn(tools).filter((name) => secretPath(name) !== undefined || telling.test(name));
  return [
    headers,
    listedSecrets(tools),
    named.map((name) => (secretPath(name) === undefined ? `\${env:${name}}` : `\${${name}}`)),
  ];
}
