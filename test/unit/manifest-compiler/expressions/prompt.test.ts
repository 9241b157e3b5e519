import { describe, expect, it } from 'vitest';
import {
  compilePrompt,
  type CompiledPrompt,
  type ExpressionFault,
  type ScopeValues,
} from '../../../../src/manifest-compiler/expressions/index.ts';
import { failureFrom } from './support.ts';

function compile(template: string): CompiledPrompt {
  const result = compilePrompt(template);
  if (!result.ok) throw new Error(result.fault.message);
  return result.prompt;
}

const render = (template: string, values: ScopeValues = {}): string => compile(template).render(values);

function faultOf(template: string): ExpressionFault | undefined {
  const result = compilePrompt(template);
  return result.ok ? undefined : result.fault;
}

describe('prompts', () => {
  it.each<[string, ScopeValues, string]>([
    ['Hello {{ name }}!', { name: 'you' }, 'Hello you!'],
    ['{{ a.b[0].c | upcase }}', { a: { b: [{ c: 'x' }] } }, 'X'],
    ['{% for x in list %}{{ forloop.index }}{{ x }};{% endfor %}', { list: ['a', 'b'] }, '1a;2b;'],
    ['{% if a.b %}yes{% else %}no{% endif %}', { a: {} }, 'no'],
    ['{{ a.b | default: "none" }}', { a: {} }, 'none'],
    [
      '{{ map }} {{ list }} {{ number }} {{ nothing }}',
      { map: { a: 1 }, list: [1, 'b'], number: 1.5, nothing: null },
      '{"a":1} [1,"b"] 1.5 ',
    ],
    ['{{ list | join: ", " }}', { list: [1, 2] }, '1, 2'],
    ['<b>{{ html }}</b>', { html: '<i> & "' }, '<b><i> & "</b>'],
    ['{{ text | replace: "a", "b" }}{% if text contains "a" %}!{% endif %}', { text: 'aa' }, 'bb!'],
    ['{% if list contains 2 %}!{% endif %}', { list: [1, 2] }, '!'],
    ['{% raw %}{{ x }}{% endraw %}', {}, '{{ x }}'],
    ['', {}, ''],
  ])('%s', (template, given, expected) => {
    expect(render(template, given)).toBe(expected);
  });

  it('lists the variables it needs, without those it makes itself', () => {
    const template =
      '{{ task.id }}{% assign x = input.a %}{{ x }}{% for item in output.list %}{{ item }}{{ task.b }}{% endfor %}';
    expect(compile(template).variables()).toStrictEqual(['task', 'input', 'output']);
  });

  it('leaves the values as they were', () => {
    const given = { n: 1, list: [2, 1] };
    expect(render('{% increment n %}{% decrement m %}{{ list | sort | first }}', given)).toBe('1-11');
    expect(given).toStrictEqual({ n: 1, list: [2, 1] });
  });

  it('fails with the variable that has no value', () => {
    expect(failureFrom(() => render('a {{ input.name }}', { input: {} }))).toStrictEqual({
      code: 'config.expression',
      message: 'The prompt uses "input.name", which has no value.',
      hint: 'Give it in the input of the node, or write {{ input.name | default: "" }}.',
    });
  });

  it.each([
    'constructor',
    '__proto__',
    'toString',
    'a.constructor',
    'a.__proto__',
    'list.constructor',
    'text.constructor',
  ])('does not find an inherited "%s"', (path) => {
    expect(failureFrom(() => render(`{{ ${path} }}`, { a: {}, list: [], text: 'x' }))?.message).toBe(
      `The prompt uses "${path}", which has no value.`,
    );
  });
});

describe('faults of prompts', () => {
  it.each<[string, ExpressionFault]>([
    [
      'a {% include "x" %}',
      {
        message: 'The tag "include" is not available: a prompt cannot read other files.',
        hint: 'Write the text into the prompt, or give it as a variable.',
        start: 2,
        end: 19,
      },
    ],
    ['{% iff x %}', { message: 'There is no tag "iff".', hint: 'Did you mean "if"?', start: 0, end: 11 }],
    [
      'ab {{ x | upcas }}',
      { message: 'There is no filter "upcas".', hint: 'Did you mean "upcase"?', start: 3, end: 18 },
    ],
    ['{{ x | zzzzzzz }}', { message: 'There is no filter "zzzzzzz".', start: 0, end: 17 }],
    ['a {% if x %} b', { message: 'Tag {% if x %} not closed.', start: 2, end: 12 }],
    ['a {{ x', { message: 'Output "{{ x" not closed.', start: 2, end: 6 }],
  ])('%s', (template, fault) => {
    expect(faultOf(template)).toStrictEqual(fault);
  });

  it.each(['include', 'render', 'layout', 'block'])('has no tag "%s"', (tag) => {
    expect(faultOf(`{% ${tag} "/etc/passwd" %}`)?.message).toContain('a prompt cannot read other files');
  });

  it('refuses what is too large or nested too deeply', () => {
    expect(faultOf('a'.repeat(1_000_001))?.message).toBe(
      'The prompt has 1000001 characters where 1000000 are allowed.',
    );
    const depth = 50_000;
    expect(faultOf(`${'{% if a %}'.repeat(depth)}${'{% endif %}'.repeat(depth)}`)?.message).toContain('The prompt');
  });
});

describe('bounded prompts', () => {
  const long = 'a'.repeat(1_000_000);

  it.each([
    ['a huge range', '{% for i in (1..1000000000) %}{{ i }}{% endfor %}', 'The prompt took too much time or memory.'],
    [
      'a text that doubles',
      `{% assign x = text %}${'{% assign x = x | append: x %}'.repeat(40)}`,
      'The prompt took too much time or memory.',
    ],
    [
      'a search for a long text',
      '{% assign b = text | append: "b" %}{{ text | remove: b }}',
      'A prompt searches a text for another one of 1000001 characters, which takes too long.',
    ],
    [
      'a test for a long text',
      '{% assign b = text | append: "b" %}{% if text contains b %}{% endif %}',
      'A prompt searches a text for another one of 1000001 characters, which takes too long.',
    ],
    [
      'output without end',
      '{% for i in (1..1000) %}{{ text }}{% endfor %}',
      'The prompt took too much time or memory.',
    ],
  ])('stops %s', (_name, template, message) => {
    expect(failureFrom(() => render(template, { text: long }))?.message).toBe(message);
  });
});
