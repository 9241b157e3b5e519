import type { CostMode } from '../../manifest/index.ts';
import type { PackageItem } from './package.ts';

/** SHA-256 in hex, by the Web Crypto that Node and browsers share. */
export async function fingerprintOf(items: readonly PackageItem[], costMode: CostMode): Promise<string> {
  const shown = items.map(({ source, text, place, id = '', tags = [] }) => [place, source, id, tags, text]);
  const text = JSON.stringify([costMode, shown]);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
