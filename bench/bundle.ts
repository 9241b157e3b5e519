import { gzipSync } from 'node:zlib';
import { bundleForPages } from '../test/support/page-bundle.ts';

/** Size of the sub-path `agent-engine/compiler` in the bundle of a web page. */
const { code } = await bundleForPages('src/manifest-compiler/index.ts', { minify: true });
const kib = (bytes: number): string => `${Math.round(bytes / 1_024)} KiB`;
console.log(`compiler: ${kib(Buffer.byteLength(code))} minified, ${kib(gzipSync(code).length)} gzipped`);
