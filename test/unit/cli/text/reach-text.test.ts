import { expect, it } from 'vitest';
import { reachLines } from '../../../../src/cli/text/reach-text.ts';

it('says for each mode which tools run and what they can do at most', () => {
  const normal = {
    run: ['look', 'change', 'own'],
    depends: [],
    capabilities: ['deterministic_safe', 'shell'],
  } as const;
  const analysis_only = { run: ['look'], depends: ['own'], capabilities: ['deterministic_safe'] } as const;
  const dry_run = { run: [], depends: [], capabilities: [] } as const;
  const sandboxes = { change: 'off', look: 'auto', kept: 'required' } as const;
  const reach = { pipeline: 'main', modes: { normal, analysis_only, dry_run }, unfenced: ['own'], sandboxes };
  expect(reachLines([reach], { hasSandbox: true })).toEqual([
    'What tools can do, by mode:',
    '  main',
    '    normal         look, change, own (deterministic_safe, shell)',
    '    analysis_only  look; own if their code says that they are harmless (deterministic_safe)',
    '    dry_run        no tool runs',
    '    NOT FENCED: own, once they run: permissions do not hold code',
    '    NO SANDBOX: change: permissions hold what is started, not what files and hosts it then reaches',
  ]);
  expect(reachLines([reach], { hasSandbox: false }).at(-1)).toContain('NO SANDBOX: change, look: ');
});

it('says nothing of a project without tools', () => {
  expect(
    reachLines(
      [
        {
          pipeline: 'main',
          modes: { normal: { run: [], depends: [], capabilities: [] } },
          unfenced: [],
          sandboxes: {},
        },
      ],
      { hasSandbox: true },
    ),
  ).toEqual([]);
});
