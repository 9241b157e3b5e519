import { describe, expect, it } from 'vitest';
import { loadProject, type CompiledProject, type ProjectFiles } from '../../../src/index.ts';
import { chat, committee, debate, reviewerLoop, supervisor } from '../../../src/patterns/index.ts';
import { configDirectory, configNames } from '../../support/config-projects.ts';
import { compiledTexts } from '../../support/compiled-texts.ts';

const prompt = 'Say something.';
const role = { prompt };

/** What gives each project in configs/patterns, but for prompts and models. */
const made: Readonly<Record<string, ProjectFiles>> = {
  chat: chat({ assistant: role }),
  committee: committee({
    members: ['privacy', 'manners', 'trade'].map((id) => ({ id, prompt })),
    options: ['publish', 'hold', 'ask'],
    chair: role,
  }),
  debate: debate({ sides: ['pro', 'con'].map((id) => ({ id, prompt })), rounds: 2, judge: role }),
  reviewer_loop: reviewerLoop({ writer: role, reviewer: role, rounds: 4 }),
  supervisor: supervisor({
    workers: ['researcher', 'writer', 'checker'].map((id) => ({ id, prompt, does: 'Works.' })),
    rounds: 8,
    resultOf: 'writer',
  }),
};

function shape({ project }: CompiledProject): unknown {
  const { agents, workflow, memory, tools } = project;
  const { description: _, ...graph } = workflow;
  const schemas = Object.values(project.schemas).map((schema) =>
    typeof schema === 'object' ? Object.keys(schema['properties'] ?? {}) : [],
  );
  return { agents: Object.keys(agents).toSorted(), graph, memory, tools, schemas };
}

describe('the patterns', () => {
  it('are in configs/patterns, all that there are functions for', () => {
    const names = configNames().filter((name) => name.startsWith('patterns/'));
    expect(names).toEqual(Object.keys(made).map((name) => `patterns/${name}`));
  });

  it.each(Object.entries(made))('%s is the same project, made by its function', async (name, files) => {
    const { compiled } = await loadProject(configDirectory(`patterns/${name}`));
    if (compiled === undefined) throw new Error('The projects in configs are valid.');
    expect(shape(compiledTexts(files))).toEqual(shape(compiled));
  });
});
