#!/usr/bin/env node
// This file must also parse on the old Node versions it turns away.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `HOST_NODE_TOO_OLD: agent-engine needs Node 22.18 or newer and this is Node ${process.versions.node}; ` +
      'in its repository use "npm start" or "npm run agent-engine --", which bring their own Node, and elsewhere update Node.',
  );
  process.exit(2);
}

const source = new URL('../src/cli/main.ts', import.meta.url);
const built = new URL('../dist/cli/main.js', import.meta.url);

// Loaded only now, since older versions know neither the function nor the syntax of what follows.
void Promise.all([import('node:module'), import('node:fs')]).then(([{ enableCompileCache }, { existsSync }]) => {
  enableCompileCache();
  return import((existsSync(source) ? source : built).href);
});
