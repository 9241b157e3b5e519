import type { ErrorCode, Problem, ProblemPath } from '../../errors/index.ts';
import {
  coversHosts,
  headerProblem,
  placeholdersIn,
  readHostPattern,
  readUrlTemplate,
  takesOutsideValue,
  type DeclaredToolSpec,
  type HostPattern,
} from '../../manifest/index.ts';
import { childValue } from '../read/index.ts';
import { quote } from '../report/index.ts';
import { permittedBy, permittedInWords } from './permitted.ts';
import { hostProblems, readHosts } from './permitted-hosts.ts';
import type { ProjectView } from './project-view.ts';

type HttpSpec = Extract<DeclaredToolSpec, { type: 'http.request' }>;

interface Subject {
  readonly view: ProjectView;
  readonly name: string;
  readonly tool: HttpSpec;
}

/** Requests can be sent as they are written, take arguments that there are, and reach only hosts that the engine permits. */
export function checkHttpTools(view: ProjectView): Problem[] {
  return Object.entries(view.manifests.tools?.tools ?? {}).flatMap(([name, tool]) =>
    tool.type === 'http.request' ? problemsOf({ view, name, tool }) : [],
  );
}

function problemsOf(subject: Subject): Problem[] {
  const { view, name, tool } = subject;
  return [
    ...urlProblems(subject),
    ...headerProblems(subject),
    ...bodyProblems(subject),
    ...placeholderProblems(subject),
    ...hostProblems(view, tool.allow_hosts ?? [], { kind: 'tools', path: ['tools', name, 'allow_hosts'] }),
    ...reachProblems(subject),
  ];
}

interface Finding {
  readonly code?: ErrorCode;
  readonly message: string;
  readonly hint: string;
  /** Below the tool. */
  readonly at: ProblemPath;
}

function problem({ view, name }: Subject, { code = 'MANIFEST_VALUE_INVALID', at, ...said }: Finding): Problem {
  return view.problem('tools', { code, ...said, path: ['tools', name, ...at] });
}

function urlProblems(subject: Subject): Problem[] {
  const { url } = subject.tool;
  const read = takesOutsideValue(url) ? undefined : readUrlTemplate(url);
  if (read === undefined || read.ok) return [];
  const message = `The address ${quote(url)} cannot be used: ${read.reason}.`;
  const hint = 'Write it in full, such as "https://api.example.org/v1/{city}".';
  return [problem(subject, { message, hint, at: ['url'] })];
}

function headerProblems(subject: Subject): Problem[] {
  return Object.entries(subject.tool.headers ?? {}).flatMap(([header, value]) => {
    const reason = headerProblem(header, value);
    if (reason === undefined) return [];
    const message = `A header of the tool ${quote(subject.name)} cannot be used: ${reason}.`;
    return [problem(subject, { message, hint: 'Correct it, or remove it.', at: ['headers', header] })];
  });
}

function bodyProblems(subject: Subject): Problem[] {
  const { body, method = 'GET' } = subject.tool;
  if (body === undefined || (method !== 'GET' && method !== 'HEAD')) return [];
  const message = `The tool ${quote(subject.name)} has a body, and a request with the method ${method} has none.`;
  return [problem(subject, { message, hint: 'Set "method" to "POST", or remove the body.', at: ['body'] })];
}

/** An argument that its own schema does not know could never be given. */
function placeholderProblems(subject: Subject): Problem[] {
  const { view, name, tool } = subject;
  const { input_schema: reference } = tool;
  const schema = typeof reference === 'string' ? view.schemas.get(reference)?.schema : reference;
  const properties = childValue(schema, 'properties');
  if (typeof properties !== 'object' || properties === null) return [];
  const known = new Set(Object.keys(properties));
  return (['url', 'query', 'headers', 'body'] as const).flatMap((field) => {
    const names = new Set(placeholdersIn(tool[field]).map((placeholder) => placeholder.name));
    return [...names]
      .filter((argument) => !known.has(argument))
      .map((argument) => {
        const message = `The tool ${quote(name)} takes the argument ${quote(argument)}, which its input schema does not know.`;
        const hint = `Add ${quote(argument)} to the properties of the schema, or correct the placeholder.`;
        return problem(subject, { code: 'MANIFEST_REFERENCE_UNKNOWN', message, hint, at: [field] });
      });
  });
}

interface Wanted {
  readonly pattern: HostPattern;
  readonly written: string;
  readonly at: ProblemPath;
}

function reachProblems(subject: Subject): Problem[] {
  const { tool, view, name } = subject;
  const permitted = permittedBy(view);
  if (permitted === undefined) return [];
  const own = hostOfUrl(tool.url);
  const list = (tool.allow_hosts ?? []).flatMap((written, index): Wanted[] => {
    const [pattern] = readHosts([written]) ?? [];
    return pattern === undefined ? [] : [{ pattern, written, at: ['allow_hosts', index] }];
  });
  const beyond = (wanted: readonly Wanted[], hosts: readonly string[], whose: string): Problem[] => {
    const patterns = readHosts(hosts);
    if (patterns === undefined) return [];
    const outside = wanted.filter(({ pattern }) => !patterns.some((outer) => coversHosts(outer, pattern)));
    return outside.map(({ written, at }) => {
      const message = `The tool ${quote(name)} wants to reach ${quote(written)}, and ${whose} permits ${permittedInWords(hosts)}.`;
      const place = whose === 'the engine' ? 'permissions.network.allow of engine.yaml' : 'its "allow_hosts"';
      const hint = `Add the host to ${place}; without a port it stands for 80 and 443.`;
      return problem(subject, { code: 'MANIFEST_PERMISSION_EXCEEDED', message, hint, at });
    });
  };
  const ofUrl = own === undefined ? [] : [own];
  const ofList = tool.allow_hosts === undefined ? [] : beyond(ofUrl, tool.allow_hosts, 'the tool itself');
  return [...ofList, ...beyond(tool.allow_hosts === undefined ? ofUrl : list, permitted.hosts, 'the engine')];
}

function hostOfUrl(url: string): Wanted | undefined {
  const read = takesOutsideValue(url) ? undefined : readUrlTemplate(url);
  if (read?.ok !== true) return undefined;
  const { host, port } = read.template;
  const written = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const pattern = readHostPattern(written);
  return pattern.ok ? { pattern: pattern.pattern, written, at: ['url'] } : undefined;
}
