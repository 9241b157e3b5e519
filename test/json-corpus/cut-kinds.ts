import { either, major, minor, ok, syntax, type Kind } from './outcome.ts';
import { note, numbers, rows, scalars, settings, user, words } from './schemas.ts';

const cut = either(syntax, minor);
const cutOrNothing = either(syntax, minor, major);
const elided = syntax;

/** Where the text ends too early, or something was left out on purpose. */
export const cutKinds: readonly Kind[] = [
  {
    kind: 'cut in a string',
    schema: user,
    cases: [
      ['{"age":3,"name":"An', cut],
      ['{"age":3,"name":"', cut],
      ['{"age":3,"name":"Ana\\', cut],
      ['{"age":3,"name":"Ana\\u00', cut],
      ['{"name":"Ana","age":3,"role":"adm', either(syntax, ok({ name: 'Ana', age: 3 }))],
      ["{'age':3,'name':'An", cut],
      ['```json\n{"age":3,"name":"An', cut],
      ['```json\n{"age":3,"name":"An\n```', cut],
      ['Here it is: {"age":3,"name":"An', cut],
    ],
  },
  {
    kind: 'cut in a number',
    schema: user,
    cases: [
      ['{"name":"Ana","age":3', cut],
      ['{"name":"Ana","age":-', cut],
      ['{"name":"Ana","age":3.', cut],
      ['{"name":"Ana","age":3e', cut],
      ['{"name":"Ana","age":33 ', either(cut, ok({ name: 'Ana', age: 33 }))],
    ],
  },
  {
    kind: 'cut before a value',
    schema: user,
    cases: [
      ['{"name":"Ana","age":', cut],
      ['{"name":"Ana","age"', cut],
      ['{"name":"Ana","ag', cut],
      ['{"name":"Ana",', cut],
      ['{"name":', cut],
      ['{"name"', cut],
      ['{', cutOrNothing],
      ['{"', cutOrNothing],
      ['{"name":"Ana","age":3,', either(syntax, ok({ name: 'Ana', age: 3 }))],
      ['{"name":"Ana","age":3,"tags":[', either(syntax, ok({ name: 'Ana', age: 3 }))],
      ['{"name":"Ana","age":3,"tags":', either(syntax, ok({ name: 'Ana', age: 3 }))],
    ],
  },
  {
    kind: 'cut in a list',
    schema: words,
    cases: [
      ['["a","b', syntax],
      ['["a",', syntax],
      ['[', cutOrNothing],
      ['["a","b"', ok(['a', 'b'])],
      ['["a"', ok(['a'])],
    ],
  },
  {
    kind: 'cut in a list of numbers or objects',
    schema: rows,
    cases: [
      ['[{"id":1},{"id":2', syntax],
      ['[{"id":1},{', syntax],
      ['[{"id":1},{"id"', syntax],
      ['[{"id":1},', syntax],
      ['[{"id":1}', ok([{ id: 1 }])],
      ['{"id":1}\n{"id":2', cut],
      ['{"id":1}\n{"id":2,"label":"x', cut],
    ],
  },
  {
    kind: 'cut numbers in a list',
    schema: numbers,
    cases: [
      ['[1,2', syntax],
      ['[1,2,', syntax],
      ['[1,2,-', syntax],
      ['[1,[2', cut],
    ],
  },
  {
    kind: 'cut where a default exists',
    schema: settings,
    cases: [
      ['{"host":"h","port":80', syntax],
      ['{"host":"h","mode":"fa', syntax],
      ['{"host":"h","max_retries":', syntax],
      ['{"host":"h","paths":["/a', syntax],
      ['{"host":"h","paths":[', syntax],
    ],
  },
  {
    kind: 'cut in a literal',
    schema: scalars,
    cases: [
      ['{"flag":tru', either(ok({ flag: true }), syntax)],
      ['{"flag":fals', either(ok({ flag: false }), syntax)],
      ['{"nothing":nul', either(ok({ nothing: null }), syntax)],
      ['{"flag":true', ok({ flag: true })],
    ],
  },
  {
    kind: 'left out on purpose',
    schema: rows,
    cases: [
      ['[{"id":1}, ...]', elided],
      ['[{"id":1}, …]', elided],
      ['[{"id":1}, ... {"id":9}]', elided],
      ['[{"id":1},\n// ... more rows\n]', elided],
      ['[{"id":1, ...}]', elided],
      ['[...]', either(syntax, major)],
      ['[{"id":1}, /* ... */ {"id":9}]', elided],
      ['[{"id":1,"label":...}]', elided],
    ],
  },
  {
    kind: 'left out in an object',
    schema: user,
    cases: [
      ['{"name":"Ana","age":3, ...}', elided],
      ['{"name":"Ana", ..., "age":3}', elided],
      ['{"name":"Ana","age":...}', elided],
      ['{"name":"Ana","age":3,"tags":["a", ...]}', elided],
      ['{"name":"Ana...","age":3,}', ok({ name: 'Ana...', age: 3 })],
      ['{"name":"...","age":3}', ok({ name: '...', age: 3 })],
    ],
  },
  {
    kind: 'a value that is not there',
    schema: user,
    cases: [
      ['{"name":"Ana","age":}', syntax],
      ['{"name":,"age":3}', syntax],
      ['{"name":"Ana","age":,"active":true}', syntax],
      ['{"name":"Ana","age"}', syntax],
    ],
  },
  {
    kind: 'brackets that fit in two ways',
    schema: note,
    cases: [
      ['{"title":"t","lines":["a","body":"x"}', syntax],
      ['{"title":"t","lines":["a"}, "body":"x"}', either(syntax, ok({ title: 't', lines: ['a'], body: 'x' }))],
      ['{"title":"t", "x", "body":"b"}', syntax],
      ['{"title":"t" : "u"}', syntax],
    ],
  },
];
