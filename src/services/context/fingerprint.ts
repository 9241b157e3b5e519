import type { PackageItem } from './package.ts';

/** SHA-256 in hex, by the Web Crypto that Node and browsers share. */
export async function fingerprintOf(items: readonly PackageItem[]): Promise<string> {
  const text = JSON.stringify(items.map(({ source, text: shown, place }) => [place, source, shown]));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
