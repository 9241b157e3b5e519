import { defineConfig, type OxlintOverride } from 'oxlint';

/** The import table: what each area of src may import. `types` may only be imported as types. */
const areas = {
  errors: { values: [], types: [] },
  manifest: { values: [], types: [] },
  machines: { values: ['errors', 'manifest'], types: [] },
  'manifest-compiler': { values: ['errors', 'manifest', 'machines'], types: [] },
  diagram: { values: ['errors', 'manifest'], types: ['manifest-compiler'] },
  services: { values: ['errors', 'manifest'], types: [] },
  actors: { values: ['errors', 'manifest'], types: ['services'] },
  hosts: {
    values: ['errors', 'manifest', 'machines', 'manifest-compiler', 'diagram', 'services', 'actors'],
    types: [],
  },
  engine: {
    values: ['errors', 'manifest', 'machines', 'manifest-compiler', 'diagram', 'services', 'actors', 'hosts'],
    types: [],
  },
  inspect: { values: ['errors', 'machines', 'engine'], types: [] },
  testing: { values: [], types: [] },
  patterns: { values: [], types: [] },
  cli: { values: ['engine', 'diagram', 'testing'], types: [] },
  studio: { values: ['engine', 'diagram', 'testing'], types: [] },
} satisfies Record<string, { values: string[]; types: string[] }>;

const areaNames = Object.keys(areas);
const mayImportXstate = ['machines', 'actors', 'inspect'];
const mayNotTouchNode = new Set(['errors', 'manifest', 'machines', 'manifest-compiler', 'diagram']);
const usePublicApi = new Set(['testing', 'patterns']);
const aboveThePublicApi = ['cli', 'studio', 'inspect'];

type Pattern = ({ regex: string } | { group: string[] }) & { message: string; allowTypeImports?: boolean };

const oneOf = (names: string[]): string => `(?:${names.join('|')})`;

/** Written out, since oxlint's regular expressions know no look-ahead. */
const notEndingInTs = '^\\.{1,2}(?:/.*(?:[^s]|[^t]s|[^.]ts))?$';

const insidesOf = (names: string[]): Pattern => ({
  group: names.flatMap((name) => [`**/${name}/**`, `!**/${name}/index.ts`, `!**/${name}/checking.ts`]),
  message: "Import another area's index.ts, not its insides.",
});

const everywherePatterns: Pattern[] = [
  { regex: notEndingInTs, message: 'Source runs unbuilt: a relative import ends in ".ts".' },
  { regex: '^(?:\\.\\./)+(?:src|test|bench|dist)/', message: 'Source imports nothing outside src/.' },
  { regex: '^agent-engine(?:/|$)', message: 'Source imports itself by relative path.' },
];

const xstatePattern: Pattern = {
  regex: '^(?:xstate|@xstate/[^/]+)(?:/|$)',
  message: `XState is imported only in ${mayImportXstate.map((name) => `src/${name}`).join(' and ')}.`,
};

function areaPatterns(area: string, { values, types }: { values: string[]; types: string[] }): Pattern[] {
  const reachable = [...values, ...types];
  const forbidden = areaNames.filter((name) => name !== area && !reachable.includes(name));
  const patterns = [...everywherePatterns];
  patterns.push({
    regex: `^(?:\\.\\./)+${oneOf(forbidden)}/`,
    message: `src/${area} may import ${reachable.join(', ') || (usePublicApi.has(area) ? 'src/index.ts alone' : 'no other area')}.`,
  });
  if (types.length > 0) {
    patterns.push({
      regex: `^(?:\\.\\./)+${oneOf(types)}/`,
      message: `src/${area} may import types alone from ${types.join(', ')}: write "import type".`,
      allowTypeImports: true,
    });
  }
  if (reachable.length > 0) patterns.push(insidesOf(reachable));
  if (aboveThePublicApi.includes(area)) {
    patterns.push({ regex: '^(?:\\.\\./)+index\\.ts$', message: `src/${area} imports ${values.join(', ')}.` });
  }
  if (!mayImportXstate.includes(area)) patterns.push(xstatePattern);
  if (mayNotTouchNode.has(area)) {
    patterns.push({ regex: '^node:', message: `src/${area} is pure and runs in a browser: no Node modules.` });
  }
  return patterns;
}

const importOverrides = Object.entries(areas).map(([area, reach]): OxlintOverride => ({
  files: [`src/${area}/**/*.ts`],
  rules: { 'no-restricted-imports': ['error', { patterns: areaPatterns(area, reach) }] },
}));

const publicApiPatterns: Pattern[] = [
  ...everywherePatterns,
  insidesOf(areaNames),
  { regex: `^\\./${oneOf(aboveThePublicApi)}/`, message: 'Nothing imports src/cli, src/studio and src/inspect.' },
  xstatePattern,
];

const impureGlobals = [
  'Date',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'fetch',
  'process',
  'crypto',
  'performance',
];

const nodeGlobals = ['process', 'Buffer', 'global', 'require', '__dirname', '__filename', 'setImmediate'];

const withoutNode: OxlintOverride = {
  files: [...mayNotTouchNode].map((area) => `src/${area}/**/*.ts`),
  rules: {
    'no-restricted-globals': [
      'error',
      {
        globals: nodeGlobals.map((name) => ({ name, message: 'It runs in a browser too, which has no such thing.' })),
        checkGlobalObject: true,
        globalObjects: ['global'],
      },
    ],
  },
};

const purity: OxlintOverride = {
  files: ['src/machines/**/*.ts', 'src/manifest-compiler/**/*.ts'],
  rules: {
    'no-restricted-globals': [
      'error',
      {
        globals: [...new Set([...impureGlobals, ...nodeGlobals])].map((name) => ({
          name,
          message: 'Machines and compiler phases are pure: take it as input or by an event.',
        })),
        checkGlobalObject: true,
        globalObjects: ['global'],
      },
    ],
    'no-restricted-properties': [
      'error',
      { object: 'Math', property: 'random', message: 'Machines and compiler phases are pure: take ids as input.' },
    ],
  },
};

const portNotModule = 'Fake a port by passing another adapter, not by mocking a module.';

export default defineConfig({
  plugins: ['eslint', 'typescript', 'import', 'unicorn', 'oxc', 'promise', 'vitest'],
  env: { es2024: true, node: true },
  ignorePatterns: ['dist', 'coverage', 'node_modules', 'visualizations', 'configs', 'test/samples', 'test/fixtures'],
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: 'error' },
  categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
  rules: {
    complexity: ['error', { max: 12 }],
    'max-depth': ['error', { max: 3 }],
    'max-lines': ['error', { max: 250 }],
    'max-lines-per-function': ['error', { max: 60 }],
    'max-params': ['error', { max: 3 }],
    'no-await-in-loop': 'off',
    'no-console': 'error',
    'preserve-caught-error': 'error',

    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-default-export': 'error',
    // fast-check and picocolors are meant to be used through their default export.
    'import/no-named-as-default-member': 'off',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'unicorn/prefer-node-protocol': 'error',

    'typescript/ban-ts-comment': 'error',
    // TypeScript itself sees a switch that forgets to return; this rule doubts the exhaustive ones too.
    'typescript/consistent-return': 'off',
    'typescript/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
    'typescript/consistent-type-imports': ['error', { disallowTypeAnnotations: true }],
    'typescript/explicit-module-boundary-types': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-import-type-side-effects': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
  },
  overrides: [
    { files: ['src/index.ts'], rules: { 'no-restricted-imports': ['error', { patterns: publicApiPatterns }] } },
    ...importOverrides,
    withoutNode,
    purity,
    {
      files: ['src/machines/**/*.ts'],
      rules: {
        'typescript/consistent-type-assertions': 'off',
        'typescript/no-unnecessary-type-assertion': 'off',
        'typescript/no-unsafe-type-assertion': 'off',
      },
    },
    {
      files: [
        'src/cli/**/*.ts',
        'src/hosts/**/*.ts',
        'bench/**/*.ts',
        'bin/*.js',
        'test/browser/page/*.ts',
        'examples/**/recipes/*.tsx',
      ],
      rules: { 'no-console': 'off' },
    },
    {
      files: ['bin/*.js'],
      rules: {
        'typescript/no-unsafe-argument': 'off',
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-call': 'off',
        'typescript/no-unsafe-member-access': 'off',
      },
    },
    { files: ['*.config.{ts,mjs}', 'test/mutation/*.config.ts'], rules: { 'import/no-default-export': 'off' } },
    {
      files: ['test/**/*.ts', 'bench/**/*.ts'],
      rules: {
        'max-lines-per-function': 'off',
        'typescript/explicit-module-boundary-types': 'off',
      },
    },
    {
      files: ['test/**/*.ts'],
      rules: {
        'max-lines': ['error', { max: 400 }],
        'vitest/no-restricted-vi-methods': ['error', { mock: portNotModule, doMock: portNotModule }],
      },
    },
  ],
});
