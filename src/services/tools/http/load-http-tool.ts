import { EngineError } from '../../../errors/index.ts';
import { headerProblem, readUrlTemplate, templateParts, type UrlTemplate } from '../../../manifest/index.ts';
import { networkRules, type NetworkRules } from '../../security/index.ts';
import type { ToolEnvironment, ToolSpecs } from '../adapter.ts';

export interface HttpTool {
  readonly spec: ToolSpecs['http.request'];
  readonly environment: ToolEnvironment;
  readonly template: UrlTemplate;
  /** The same with `${env:NAME}` as it is declared. */
  readonly shown: UrlTemplate;
  readonly hosts: NetworkRules;
}

/** Reads what the manifest says with what stands in the environment. Throws MANIFEST_VALUE_INVALID. */
export function loadHttpTool(spec: HttpTool['spec'], environment: ToolEnvironment): HttpTool {
  const { name, values } = environment;
  const refuse = (field: string, reason: string): never => {
    const message = `The ${field} of tool "${name}" cannot be used: ${values.redact(reason)}.`;
    throw new EngineError('MANIFEST_VALUE_INVALID', message, { hint: `Correct tools.${name}.${field}.` });
  };
  const read = readUrlTemplate(spec.url, values.resolve);
  if (!read.ok) return refuse('url', read.reason);
  const { template } = read;
  for (const [header, text] of Object.entries(spec.headers ?? {})) {
    const reason = headerProblem(header, values.resolve(text).trim());
    if (reason !== undefined) return refuse('headers', reason);
  }
  const own = template.host.includes(':') ? `[${template.host}]:${template.port}` : `${template.host}:${template.port}`;
  const allow = spec.allow_hosts ?? [own];
  const hosts = networkRules(`tools.${name}.allow_hosts`, { allow, deny: [] }, values);
  return { spec, environment, template, shown: { ...template, parts: templateParts(spec.url) }, hosts };
}
