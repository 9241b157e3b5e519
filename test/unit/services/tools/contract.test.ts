import { afterEach, beforeEach } from 'vitest';
import type { ToolSpec } from '../../../../src/manifest/index.ts';
import type { ToolSchemas } from '../../../../src/services/tools/index.ts';
import { describeToolContract } from '../../../contract/tool.ts';
import { createToolProject, filesystemTools, laxSchemas, type ToolProject } from './tool-project.ts';

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
  project.write('work/a.txt', 'a');
  project.write('tools/echo.mjs', 'export default (values) => values;');
});

afterEach(async () => await project.remove());

/** Knows one schema: an object with a "text" and nothing else. */
const schemas: ToolSchemas = {
  ...laxSchemas,
  validate: (_reference, value) => {
    const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    return keys.join(' ') === 'text' ? [] : [{ path: '', rule: 'type', message: 'The value must hold a text.' }];
  },
};

function describeAdapter(spec: ToolSpec, working: unknown): void {
  describeToolContract(spec.type, async () => {
    const runtime = await project.runtime({
      tools: { tool: spec },
      permissions: { filesystem: { read: ['.'], write: ['.'] }, commands: { allow: ['pwd'] } },
      schemas,
      handlers: new Map([['tool', (values: unknown) => values]]),
    });
    return { runtime, tool: 'tool', arguments: working };
  });
}

describeAdapter(filesystemTools.read_file, { path: 'a.txt' });
describeAdapter(filesystemTools.write_file, { path: 'new.txt', text: 'new' });
describeAdapter(filesystemTools.list_files, {});
describeAdapter({ type: 'command.run', command: 'pwd' }, {});
describeAdapter({ type: 'module', module: './tools/echo.mjs', input_schema: 'Text' }, { text: 'a' });
describeAdapter({ type: 'registered', input_schema: 'Text' }, { text: 'a' });
