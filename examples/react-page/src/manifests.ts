/** The project, as a page holds it: texts by path. The reader of the page may change the workflow. */
export const workflowFile = 'workflow.yaml';

export const workflowText = `workflow:
  id: reading_card
  description: Reads a text and writes a card about it.
  nodes:
    - { id: check, type: decision, description: Is there enough to read? }
    - { id: read, type: transform, output: { text: '\${{ input }}' } }
    - { id: summary, type: agent, agent: summariser }
    - { id: keywords, type: agent, agent: indexer }
    - { id: together, type: merge }
    - id: card
      type: transform
      output: |
        \${{ stages.summary.output.summary }}

        Key words: \${{ stages.keywords.output.keywords.join(", ") }}
    - { id: done, type: end }
    - { id: too_short, type: end, status: failure, output: 'Give a text of at least 40 characters.' }
    - { id: failed, type: end, status: failure, output: 'It went wrong: \${{ error.message }}' }
  edges:
    - { from: check, to: too_short, when: 'input.trim() == ""' }
    - { from: check, to: too_short, when: 'size(input) < 40' }
    - { from: check, to: read }
    - { from: read, to: summary }
    - { from: read, to: keywords }
    - { from: summary, to: together }
    - { from: keywords, to: together }
    - { from: together, to: card }
    - { from: card, to: done }
    - { from: summary, to: failed, type: error }
    - { from: keywords, to: failed, type: error }
`;

export const otherFiles = {
  'agents.yaml': `
agents:
  summariser:
    model: offline
    prompt: Say in one or two sentences what the text is about.
    output_schema: Summary
  indexer:
    model: offline
    prompt: Name the words by which the text can be found.
    output_schema: Keywords
`,
  'schemas/Summary.json': JSON.stringify({
    type: 'object',
    properties: { summary: { type: 'string', minLength: 1 } },
    required: ['summary'],
  }),
  'schemas/Keywords.json': JSON.stringify({
    type: 'object',
    properties: { keywords: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 6 } },
    required: ['keywords'],
  }),
};

export const exampleInput = `Lighthouses were built to guide ships past dangerous rocks and into harbours. Before electricity, keepers burned oil \
and trimmed the wicks through the night. The Fresnel lens, invented in 1822, bundled the light so that it could be seen from more than \
thirty kilometres away. Today most lighthouses run without keepers, and many serve as museums.`;
