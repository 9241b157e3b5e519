import type { ProjectFiles } from './page/project-report.ts';

/** A field, a node and a schema that are not there. */
export const brokenProject: ProjectFiles = {
  'workflow.yaml': `workflow:
  id: broken
  nodes:
    - { id: read, type: agent, agent: reader }
    - { id: choose, type: decision }
    - { id: stop, type: end }
  edges:
    - { from: read, to: choose }
    - { from: choose, to: stop, when: 'output.wish' }
    - { from: choose, to: sotp }
`,
  'agents.yaml': `agents:
  reader:
    output_schema: Wish
    promt: Read.
`,
};

/** Expressions whose library takes other ways where there is no Buffer or no locale of the process. */
const expressions = [
  'size(bytes("é😀"))',
  'bytes(output.text).base64()',
  'bytes(output.text).hex()',
  'bytes(output.text).string()',
  String.raw`bytes("{\"a\": [1]}").json()`,
  'bytes("no").json()',
  'string(b"abc")',
  'b"abc" + b"d" == bytes("abcd")',
  'bytes(output.text).at(0)',
  'type(bytes("a")) == bytes',
  'bytes("a")',
  'timestamp("2026-02-03T04:05:06Z") + duration("90m")',
  'timestamp("2026-07-03T04:05:06Z").getHours("Europe/Berlin")',
  'duration("-1.5s")',
  'output.text.matches("^.{2}$")',
  'output.list.map(n, n * output.count).filter(n, n > 3)',
  'size(input)',
  'output.list[7]',
];

const prompt = `{% assign list = "b,a,c" | split: "," | sort %}{{ list | join: "/" }}
{{ input.text | upcase | url_encode }} {{ input.text | base64_encode }}
{% for item in (1..3) %}{{ forloop.index }}{% unless forloop.last %},{% endunless %}{% endfor %}
`;

/** A transform for each expression, and an agent with a prompt, in a row. */
export const tryingProject: ProjectFiles = {
  'workflow.json': JSON.stringify({
    workflow: {
      id: 'trying',
      nodes: [
        ...expressions.map((expression, index) => ({
          id: `n${index}`,
          type: 'transform',
          output: `\${{ ${expression} }}`,
        })),
        { id: `n${expressions.length}`, type: 'agent', agent: 'writer' },
      ],
      edges: expressions.map((_, index) => ({ from: `n${index}`, to: `n${index + 1}` })),
    },
  }),
  'agents.json': JSON.stringify({ agents: { writer: { model: 'offline', prompt: 'prompts/writer.md' } } }),
  'prompts/writer.md': prompt,
};

/** A prompt that a page cannot render. */
export const hashingProject: ProjectFiles = {
  'workflow.json': JSON.stringify({
    workflow: { id: 'hashing', nodes: [{ id: 'ask', type: 'agent', agent: 'writer' }] },
  }),
  'agents.json': JSON.stringify({ agents: { writer: { model: 'offline', prompt: '{{ "a" | sha256 }}' } } }),
};

/** A workflow of that many stages: runs of `width` side by side, each led together again, and the rest in a row. */
export function largeProject(count: number, width: number): ProjectFiles {
  const nodes: object[] = [];
  const edges: object[] = [];
  const add = (fields: object, from: readonly string[]): string => {
    const id = `n${nodes.length}`;
    nodes.push({ id, ...fields });
    edges.push(...from.map((source) => ({ from: source, to: id })));
    return id;
  };
  const work = { type: 'tool', tool: 'work', retries: 1 };
  let last = add(work, []);
  while (nodes.length < count) {
    if (width > 1 && nodes.length + width + 2 <= count) {
      const from = last;
      const branches = Array.from({ length: width }, () => add(work, [from]));
      last = add({ type: 'merge' }, branches);
    }
    last = add(work, [last]);
  }
  return {
    'workflow.json': JSON.stringify({ workflow: { id: 'large', nodes, edges } }),
    'tools.json': JSON.stringify({ tools: { work: { type: 'registered' } } }),
  };
}
