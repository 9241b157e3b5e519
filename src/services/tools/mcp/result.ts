import { z } from 'zod';
import { measure } from '../../json/index.ts';
import type { ToolEnvironment } from '../adapter.ts';
import { invalidOutput, issuesOf, outputLimit, sentencesOf } from '../failures.ts';
import { copyAsJson } from '../json-value.ts';
import type { ToolOutcome } from '../port.ts';
import { brokenProtocol } from './failures.ts';
import { saidText } from './said-text.ts';
import type { ServedTool } from './served-tool.ts';

const Data = z.object({ type: z.enum(['image', 'audio']), data: z.string(), mimeType: z.string() });
const Link = z.object({ type: z.literal('resource_link'), uri: z.string(), name: z.string() });
const Resource = z.object({
  type: z.literal('resource'),
  resource: z.union([
    z.object({ uri: z.string(), text: z.string() }),
    z.object({ uri: z.string(), blob: z.string(), mimeType: z.string().optional() }),
  ]),
});
const Content = z.union([z.object({ type: z.literal('text'), text: z.string() }), Data, Link, Resource]);
type Content = z.infer<typeof Content>;

/** The content may be left out by servers that give a value. */
const Result = z.object({
  content: z.array(Content).max(10_000).default([]),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
  isError: z.boolean().optional(),
});

interface Answer {
  readonly server: string;
  readonly tool: ServedTool;
  readonly environment: ToolEnvironment;
}

/** What became of a call: the value that the tool gives, or its text. */
export function readResult(result: unknown, answer: Answer): ToolOutcome {
  const { server, environment } = answer;
  const parsed = Result.safeParse(result);
  if (!parsed.success) {
    const sentence = `The result of its tool ${JSON.stringify(answer.tool.name)} is none.`;
    return { ok: false, failure: brokenProtocol(server, sentence) };
  }
  const { content, structuredContent, isError = false } = parsed.data;
  const text = content.map(textOf).join('\n');
  if (isError) return reportedError(text, answer);
  if (structuredContent === undefined && answer.tool.outputSchema !== undefined) {
    const reason = 'the server announced a value of a schema, and gave none.';
    return { ok: false, failure: invalidOutput(environment.name, reason) };
  }
  return checked(structuredContent ?? text, answer);
}

/** What is no text is told of, and not shown: it would fill prompts and journals with what nobody can read there. */
function textOf(part: Content): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'image':
    case 'audio':
      return `[${part.type} of type ${saidText(part.mimeType, 100)}, ${bytesOf(part.data)} bytes, not shown]`;
    case 'resource_link':
      return `[resource ${JSON.stringify(saidText(part.name, 200))} at ${saidText(part.uri, 500)}]`;
    case 'resource': {
      const uri = saidText(part.resource.uri, 500);
      if ('text' in part.resource) return `[resource at ${uri}]\n${part.resource.text}`;
      return `[resource at ${uri}, ${bytesOf(part.resource.blob)} bytes, not shown]`;
    }
  }
}

function bytesOf(base64: string): number {
  return Math.floor((base64.length * 3) / 4);
}

const shownOfError = 1_000;
const keptOfError = 4_000;

function reportedError(text: string, { environment: { name, values } }: Answer): ToolOutcome {
  const said = values.redact(text);
  const shown = said === '' ? 'it does not say why' : JSON.stringify(saidText(said, shownOfError));
  const details = { text: said.slice(0, keptOfError).toWellFormed() };
  const message = `The server reports that tool "${name}" failed: ${shown}.`;
  return { ok: false, failure: { code: 'tool.failed', message, hint: 'Read the text in the details.', details } };
}

/** Checks of a stranger's value against a stranger's schema must come to an end. */
const mostChecks = 20_000_000;

function checked(output: unknown, { tool, environment }: Answer): ToolOutcome {
  const { name, maxOutputBytes, schemas, values } = environment;
  const copy = copyAsJson(output, maxOutputBytes);
  if (!copy.ok) {
    const isTooLarge = copy.problem === 'too_large';
    const failure = isTooLarge
      ? outputLimit(name, maxOutputBytes, 'The output')
      : invalidOutput(name, `${copy.reason}.`);
    return { ok: false, failure };
  }
  const redacted = values.redactAll(copy.value);
  if (tool.outputSchema === undefined) return { ok: true, output: redacted };
  if (tool.outputSchemaNodes * measure(copy.value).nodes > mostChecks) {
    return { ok: false, failure: invalidOutput(name, 'it is too involved to be checked against its schema.') };
  }
  const found = schemas.validate(tool.outputSchema, copy.value);
  if (found.length === 0) return { ok: true, output: redacted };
  const failure = invalidOutput(name, sentencesOf(found));
  return { ok: false, failure: { ...failure, details: { issues: issuesOf(found) } } };
}
