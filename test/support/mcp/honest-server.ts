/** A server of tools as people write them, by the SDK. Started as a program; tells on its standard error that it was. */
import { writeFileSync } from 'node:fs';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const [pidFile = ''] = process.argv.slice(2);
if (pidFile !== '') writeFileSync(pidFile, `${process.pid}\n`, { flag: 'a' });

const server = new McpServer({ name: 'issues', version: '1.0.0' });
server.registerTool(
  'list_issues',
  {
    description: 'Lists issues of a project.',
    inputSchema: { project: z.string().min(2), most: z.number().int().optional() },
    annotations: { readOnlyHint: true },
  },
  ({ project, most }) => ({
    content: [
      { type: 'text', text: `Issues of ${project}: ${most ?? 'all'}` },
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
    ],
  }),
);
server.registerTool('count', { inputSchema: {}, outputSchema: { count: z.number() } }, () => ({
  content: [],
  structuredContent: { count: 3 },
}));
server.registerTool('environment', { inputSchema: {} }, () => ({
  content: [{ type: 'text', text: Object.keys(process.env).toSorted().join(' ') }],
}));
server.registerTool('refuse', { inputSchema: {} }, () => ({
  isError: true,
  content: [{ type: 'text', text: 'The project is locked.' }],
}));
server.registerTool('leave', { inputSchema: {} }, () => process.exit(3));
server.registerTool('pid', { inputSchema: {} }, () => ({ content: [{ type: 'text', text: String(process.pid) }] }));
await server.connect(new StdioServerTransport());
