import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Engine } from '../../../src/index.ts';
import { temporaryDirectory, writeProject } from '../../support/project-fixture.ts';

const secret = 'corn-flower-blue';

it('takes secrets that manifests name, and what fits a pattern, out of the events before any sink and any subscriber has them', async () => {
  const directory = temporaryDirectory();
  writeProject(directory, {
    engine: {
      models: {
        told: { provider: 'scripted', script: 'replies.yaml' },
        other: { provider: 'openai', api_key: '${env:TOKEN}' },
      },
      defaults: { model: 'told' },
    },
    agents: { writer: { prompt: 'Write.' } },
    files: { 'replies.yaml': `replies: [{ reply: "It is ${secret}, number 123-45-6789." }]` },
    workflow: { nodes: [{ id: 'write', type: 'agent', agent: 'writer' }] },
    plugins: [
      { name: 'full', type: 'telemetry.logger', config: { path: 'full.jsonl', payloads: 'full' } },
      { name: 'plain', type: 'telemetry.logger', config: { path: 'plain.jsonl' } },
    ],
    redact: [String.raw`\b\d{3}-\d{2}-\d{4}\b`],
  });
  const engine = await Engine.fromConfigDir(directory, {
    host: 'memory',
    payloads: 'full',
    environment: { TOKEN: secret },
  });
  const seen: string[] = [];
  engine.events$.subscribe((event) => seen.push(JSON.stringify(event)));
  const { output } = await engine.runOne('go', { id: 'task' });
  await engine.close();
  const [full, plain] = ['full', 'plain'].map((name) => readFileSync(path.join(directory, `${name}.jsonl`), 'utf8'));
  expect(output).toBe(`It is ${secret}, number 123-45-6789.`);
  for (const text of [full, plain, seen.join('\n')]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain('123-45-6789');
  }
  const whole = '"text":"It is ▇ redacted (TOKEN), number ▇ redacted (pattern)."';
  expect([full?.includes(whole), seen.join('\n').includes(whole), plain?.includes('number ▇')]).toEqual([
    true,
    true,
    false,
  ]);
});
