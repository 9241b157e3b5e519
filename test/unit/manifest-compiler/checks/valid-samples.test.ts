import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkTexts, readTexts, sampleNames, samplesDirectory } from '../../../support/sample-project.ts';

const project = (name: string) => checkTexts(readTexts(path.join(samplesDirectory, 'valid', name)));

describe('valid sample projects', () => {
  it.each(sampleNames('valid'))('%s has no problems', (name) => {
    expect(project(name).problems).toEqual([]);
  });

  it('become what is written, without defaults', () => {
    expect(project('haiku').project).toEqual({
      engine: { name: 'sample' },
      agents: { writer: { prompt: 'Write a haiku.' } },
      tools: {},
      workflow: {
        id: 'sample',
        nodes: [
          { id: 'write', type: 'agent', agent: 'writer' },
          { id: 'done', type: 'end' },
        ],
        edges: [
          { from: 'write', to: 'done' },
          { from: 'write', to: 'done', type: 'error' },
        ],
      },
      workflows: {},
      pipelines: {},
      memory: {},
      plugins: [],
      schemas: {},
      texts: {},
    });
  });

  it('carry along the schemas and the files that manifests name', () => {
    const { schemas, texts } = project('committee').project ?? {};
    expect({ schemas, texts }).toEqual({
      schemas: {
        Opinion: { type: 'object', properties: { text: { $ref: 'Text.json' } } },
        Text: { $id: 'Text.json', type: 'string' },
      },
      texts: { 'prompts/member.md': 'What do you think?\n', 'scripts/demo.yaml': 'replies: [{ reply: Yes }]\n' },
    });
  });

  it('have YAML aliases as copies of what they stand for', () => {
    const nodes = project('aliases').project?.workflow.nodes ?? [];
    const text = 'Grüße, 世界 👋, from a folded text\n'.trimEnd();
    expect(nodes).toEqual([
      { id: 'first', type: 'transform', output: text },
      { id: 'second', type: 'transform', output: { said: text, on: 'no', number: 31, nothing: null } },
      { id: 'done', type: 'end', output: [text] },
    ]);
  });
});
