const wild = /[*?{]/u;

/** A path up to the first name that stands for several, and the rest, which is a glob; no glob in a plain path. */
export function splitGlob(written: string): { readonly directory: string; readonly glob?: string } {
  const names = written.split('/');
  const at = names.findIndex((name) => wild.test(name));
  if (at === -1) return { directory: written };
  const directory = names.slice(0, at).join('/');
  return { directory: directory === '' && at > 0 ? '/' : directory || '.', glob: names.slice(at).join('/') };
}
