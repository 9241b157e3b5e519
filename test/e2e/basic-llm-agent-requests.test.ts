import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { pointsIn, ran, readReport, runExample, untilReview, useHarbour, written } from './basic-llm-agent-project.ts';

const harbour = useHarbour();

describe('requests to configs/basic_llm_agent', () => {
  it('loses no question of a request, and says for which nothing was found, in the order of the request', async () => {
    const result = await runExample(harbour, 'What is a xylophone? What is a crane? What is a storm? what is a crane');
    expect(pointsIn(result.output)).toEqual([
      '**What is a xylophone?** (looked for: xylophone)\n\nNothing was found.',
      '**What is a crane?** (looked for: crane)\n\n- src/crane.js:1\n  A crane lifts no more than nine tons.',
      '**What is a storm?** (looked for: storm)\n\n- docs/piers.md:7\n  A storm closes the harbour for a day.',
    ]);
  });

  it('takes lines without full stops and lists apart, and leaves out what asks for nothing', async () => {
    const { output } = await runExample(harbour, 'Hello!\n\n1. crane\n2. storm (see e.g. the harbour)\n\nThank you.', {
      tags: ['outline'],
    });
    expect(output).toEqual([
      { point: 'crane', terms: ['crane'] },
      { point: 'storm (see e.g. the harbour)', terms: ['harbour', 'storm'] },
    ]);
  });

  it('says so when the files hold nothing about the request, in the report as well', async () => {
    await runExample(harbour, 'How much does a crane lift?');
    const result = await runExample(harbour, 'Bake a chocolate cake');
    expect(ran(result)).toEqual([...untilReview, 'unanswered', 'write_report', 'results']);
    const report = readReport(harbour);
    expect(report).toMatch(
      /^# Bake a chocolate cake\n\nNo passage of the \d+ files that were read holds enough of what this request asks for\.\n\n- Bake a chocolate cake \(looked for: bake, cake, chocolate\)\n$/u,
    );
    expect(result.output).toBe(`${report}\n${written}`);
  });

  it.each([
    ['Chinese characters without a full stop', '合'.repeat(660)],
    ['one long word', 'x'.repeat(500)],
    ['a long URL', `https://example.org/${'ab/'.repeat(200)}`],
    ['a megabyte of base64', Buffer.alloc(786_432, 'no words at all').toString('base64')],
  ])('marks what it cuts of a request that is %s', async (_, request) => {
    const result = await runExample(harbour, request);
    expect(result.status).toBe('completed');
    expect(result.output).toMatch(/^# .{1,199}…\n\nNo passage .+\n\n- .{1,399}… \(looked for: .+\)\n/u);
  });

  it.each([
    { foo: 1 },
    { request: { text: 'A crane' } },
    { request: '' },
    '',
    ['How much does a crane lift?'],
    null,
    7,
  ])('ends with a sentence when %j is no request', async (input) => {
    const result = await runExample(harbour, input);
    expect(ran(result)).toEqual(['user_input', 'is_request', 'no_request']);
    expect([result.status, result.failures, result.output]).toEqual([
      'failed',
      [],
      'There is no request to work on. Give a text, or JSON with a text in "request".',
    ]);
  });

  it('says what it left out of a request with very many questions', async () => {
    const { output } = await runExample(
      harbour,
      Array.from({ length: 25 }, (_, place) => `What is unicorn${place}?`).join(' '),
    );
    const lines = String(output)
      .split('\n')
      .filter((line) => line !== '');
    expect(lines.slice(2, -2)).toEqual(
      Array.from({ length: 20 }, (_, place) => `- What is unicorn${place}? (looked for: unicorn${place})`),
    );
    expect(lines.at(-2)).toBe('Only the first 20 points of the request, in its first 8000 characters, were worked on.');
  });

  it('takes JSON with a text in "request"', async () => {
    const result = await runExample(harbour, { request: 'How much does a crane lift?' });
    expect(result.output).toContain('A crane lifts no more than nine tons.');
  });

  it('shows no lines that only name other files', async () => {
    writeFileSync(
      path.join(harbour.repository, 'src/harbour.js'),
      "import { maxTons } from './crane.js';\n\nexport { maxTons } from './crane.js';\n",
    );
    const result = await runExample(harbour, 'What is maxTons?');
    expect(pointsIn(result.output)).toEqual([
      '**What is maxTons?** (looked for: maxTons)\n\n- src/crane.js:1\n  A crane lifts no more than nine tons.',
    ]);
  });
});
