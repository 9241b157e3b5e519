import { z } from 'zod';
import { codeToolFields, sandboxFields, toolFields } from './tool-fields.ts';

export const HttpToolSpec = z.strictObject({
  type: z.literal('http.request').meta({ description: 'Asks a server.' }),
  ...toolFields,
  method: z
    .enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
    .optional()
    .meta({ description: 'Method of the request. Default: GET.', examples: ['POST'] }),
  url: z
    .string()
    .min(1)
    .meta({
      description: 'Address; behind the host {name} takes an argument, {+name} one with several segments of a path.',
      examples: ['https://api.example.org/v1/{city}'],
    }),
  query: z
    .record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .meta({ description: 'Query of the address; {name} takes an argument.', examples: [{ units: 'metric' }] }),
  headers: z
    .record(z.string().min(1), z.string())
    .optional()
    .meta({
      description: 'Headers of the request; {name} takes an argument.',
      examples: [{ authorization: 'Bearer ${env:API_TOKEN}' }],
    }),
  body: z
    .json()
    .optional()
    .meta({
      description: 'Body of the request, sent as JSON. A text that is nothing but {name} becomes the argument itself.',
      examples: [{ title: '{title}', labels: '{labels}' }],
    }),
  allow_hosts: z
    .array(z.string().min(1))
    .optional()
    .meta({
      description: 'Hosts the tool may reach, redirects included. Default: that of its address.',
      examples: [['api.example.org', '*.example.net:8443']],
    }),
  ...codeToolFields,
});

/** Names as servers may give them to their tools: nothing in them needs to be quoted anywhere. */
const servedToolName = z
  .string()
  .max(128)
  .regex(/^[\w./-]+$/u)
  .meta({ description: 'A name of letters, digits, "_", "-", "." and "/".', examples: ['list_issues'] });

/** A server, each of whose tools goes by the name of the entry, a dot, and its own name. */
export const McpToolSpec = z.strictObject({
  type: z.literal('mcp').meta({ description: 'Tools of an MCP server: one that is started, or one at an address.' }),
  ...toolFields,
  command: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Program that serves the tools over its standard input and output.', examples: ['npx'] }),
  args: z
    .array(z.string())
    .optional()
    .meta({ description: 'Its arguments.', examples: [['some-mcp-server']] }),
  environment: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Names of variables that are passed on, besides PATH and LANG.', examples: [['HOME']] }),
  ...sandboxFields,
  url: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'In place of a command: address of a server that speaks streamable HTTP.',
      examples: ['https://mcp.example.org/mcp'],
    }),
  headers: z
    .record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/u), z.string())
    .optional()
    .meta({
      description: 'Headers of every request to the address.',
      examples: [{ Authorization: 'Bearer ${env:TRACKER_TOKEN}' }],
    }),
  only: z
    .array(servedToolName)
    .min(1)
    .meta({
      description:
        'Tools to take from the server; no others exist. Each is called by the name of the entry, a dot and its own.',
      examples: [['list_issues']],
    }),
});
