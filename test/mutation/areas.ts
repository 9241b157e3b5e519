interface MutationArea {
  /** Files whose code is changed, one change at a time. */
  readonly mutate: readonly string[];
  /** Tests that are to notice. */
  readonly tests: readonly string[];
}

const machineTests = ['test/unit/machines/**/*.test.ts'] as const;
const propertyTests = ['test/property/{kernel,lanes,table-stepper}.test.ts'] as const;

/** What mutation testing covers: the parts on which every run of every workflow rests. */
export const mutationAreas = {
  kernel: {
    mutate: ['src/machines/{kernel,joins,verdict,routes,control,gate}.ts'],
    tests: [...machineTests, ...propertyTests],
  },
  reducer: {
    mutate: [
      'src/machines/{task-reducer,task-message,waiting,workflow-context}.ts',
      'src/machines/{table-stepper,backoff,timers}.ts',
    ],
    tests: [...machineTests, 'test/property/{lanes,table-stepper,reducer}.test.ts'],
  },
  lanes: {
    mutate: ['src/manifest-compiler/{lanes,plan}/*.ts'],
    tests: [
      'test/unit/manifest-compiler/{plan,lanes}/**/*.test.ts',
      'test/unit/machines/stepper.test.ts',
      'test/property/{kernel,lanes,rare-workflows}.test.ts',
    ],
  },
  checks: {
    mutate: ['src/manifest-compiler/checks/*.ts'],
    tests: ['test/unit/manifest-compiler/checks/**/*.test.ts'],
  },
} as const satisfies Record<string, MutationArea>;

export type MutationAreaName = keyof typeof mutationAreas;

export function isMutationArea(name: string): name is MutationAreaName {
  return Object.hasOwn(mutationAreas, name);
}

/** The area that a run is about, told by the environment, since Stryker starts the tests in processes of its own. */
export function currentArea(): MutationArea & { readonly name: MutationAreaName } {
  const name = process.env['MUTATION_AREA'] ?? 'kernel';
  if (!isMutationArea(name)) throw new Error(`"${name}" is no area: ${Object.keys(mutationAreas).join(', ')}.`);
  return { name, ...mutationAreas[name] };
}
