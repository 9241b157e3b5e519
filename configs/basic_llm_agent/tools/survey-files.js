import path from 'node:path';

const projectDirectory = path.resolve(import.meta.dirname, '..');
const readme = /^readme(?:\.(?:md|rst|txt))?$/iu;
const keyFile =
  /^(?:contributing|changelog|license|package|pyproject|cargo|go|makefile|docs\/architecture)(?:\.(?:md|rst|txt|json|toml|mod))?$/iu;

/** Counts files by folder, and picks out the files that people look for first. */
export const surveyFiles = {
  description: 'Counts files by folder and picks out the ones that people look for first.',
  capabilities: ['deterministic_safe'],
  run({ root, entries, overview = '' }) {
    const files = entries.filter(({ type }) => type === 'file').map((entry) => entry.path);
    const folders = new Map();
    for (const { path: place, type } of entries) {
      const [top, second, ...rest] = place.split('/');
      if (second === undefined) continue;
      const folder = folders.get(top) ?? { path: top, files: 0, folders: [] };
      folders.set(top, folder);
      if (type === 'file') folder.files += 1;
      if (type === 'directory' && rest.length === 0) folder.folders.push(second);
    }
    return {
      place: path.relative(path.resolve(projectDirectory, root), projectDirectory).replaceAll('\\', '/'),
      files,
      folders: [...folders.values()].filter((folder) => folder.files > 0),
      key_files: [...files.filter((file) => readme.test(file)), ...files.filter((file) => keyFile.test(file))],
      opening: openingOf(overview),
    };
  },
};

/** The first paragraph that is no heading, picture or badge. */
function openingOf(text) {
  const paragraphs = text.split(/\r?\n\s*\r?\n/u).map((part) => part.replaceAll(/\s+/gu, ' ').trim());
  return paragraphs.find((part) => /^[\p{L}*_`]/u.test(part) && part.length > 40) ?? '';
}
