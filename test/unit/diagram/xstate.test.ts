import { createMachine, type AnyStateNode } from 'xstate';
import { describe, expect, it } from 'vitest';
import { drawingModel, statechartModel, toXState, xstateConfig } from '../../../src/diagram/index.ts';
import { loadProject } from '../../../src/index.ts';
import { createWorkflowMachine } from '../../../src/machines/index.ts';
import { configDirectory, configNames } from '../../support/config-projects.ts';

async function pipelinesOf(name: string) {
  const { compiled } = await loadProject(configDirectory(name));
  if (compiled === undefined) throw new Error(`${name} does not compile.`);
  const all = [...compiled.pipelines, ...compiled.bodies];
  return all.map(([id, pipeline]) => ({ pipeline, model: drawingModel(compiled, { pipeline: id, collapse: 'all' }) }));
}

function idsBelow(node: AnyStateNode): readonly string[] {
  return [node.id, ...Object.values(node.states).flatMap(idsBelow)];
}

/** The machine that somebody builds from the JSON in the file. */
function built(file: string) {
  const json = /createMachine\((?<config>[^]*)\);\n$/u.exec(file)?.groups?.['config'] ?? '';
  const config: unknown = JSON.parse(json);
  return { json, machine: createMachine(typeof config === 'object' && config !== null ? { ...config } : {}) };
}

describe.each(configNames())('the XState file of %s', (name) => {
  it('gives a machine with the states that the engine runs', async () => {
    for (const { pipeline, model } of await pipelinesOf(name)) {
      const { machine } = built(toXState(pipeline, model));
      const own = createWorkflowMachine(pipeline.graph, pipeline.chart());
      expect(idsBelow(machine.root)).toEqual(idsBelow(own.root));
    }
  });

  it('keeps each node as a state with its description in the brief view, and nothing within it', async () => {
    for (const { pipeline, model } of await pipelinesOf(name)) {
      const { machine } = built(toXState(pipeline, model, { view: 'workflow' }));
      const states = new Map(idsBelow(machine.root).map((id) => [id, machine.getStateNodeById(id)]));
      const found = model.nodes.map(({ id }) => ({
        id,
        inside: Object.keys(states.get(id)?.states ?? { missing: true }),
        detail: states.get(id)?.description,
      }));
      expect(found).toEqual(model.nodes.map(({ id, detail }) => ({ id, inside: [], detail })));
    }
  });

  it('is drawn as a statechart with all its states', async () => {
    for (const { pipeline, model } of await pipelinesOf(name)) {
      const chart = statechartModel(pipeline, model);
      const own = createWorkflowMachine(pipeline.graph, pipeline.chart());
      expect(chart.nodes).toHaveLength(idsBelow(own.root).length - 1);
      const ids = new Set(chart.nodes.map(({ id }) => id));
      expect(chart.edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([]);
      expect(model.nodes.filter(({ id }) => !ids.has(id))).toEqual([]);
    }
  });
});

describe('toXState', () => {
  it('writes what could end a script in a page as an escape', async () => {
    const [first] = await pipelinesOf('basic_llm_agent');
    if (first === undefined) throw new Error('There is no pipeline.');
    const nodes = first.model.nodes.map((node) => ({ ...node, detail: '</script>\u2028' }));
    const file = toXState(first.pipeline, { ...first.model, nodes });
    expect(file).not.toMatch(/<|\u2028/u);
    expect(built(file).machine.getStateNodeById('survey').description).toBe('</script>\u2028');
  });

  it('holds no functions: the config is the same after JSON', async () => {
    for (const { pipeline, model } of await pipelinesOf('examples/routing')) {
      const config = xstateConfig(pipeline, model);
      expect(JSON.parse(JSON.stringify(config))).toEqual(config);
    }
  });
});
