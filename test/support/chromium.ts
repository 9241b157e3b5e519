import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

export const withoutChromium =
  'There is no Chromium. Install one (apt-get install chromium) or set CHROMIUM_PATH to its executable.';

/** The installed Chromium: CHROMIUM_PATH, else the first one on PATH. Nothing is downloaded. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { CHROMIUM_PATH: given, PATH: directories = '' } = environment;
  if (given !== undefined && given !== '') return given;
  return directories
    .split(path.delimiter)
    .flatMap((directory) => names.map((name) => path.join(directory, name)))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A headless Chromium that finds no host but the loopback address. Root has to do without Chromium's own sandbox. */
export async function openChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
}
