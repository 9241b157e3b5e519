import { readExports, type ExportedName } from './read-exports.ts';

/** A declaration that is longer tells nothing to a reader: it is that of a Zod schema. */
const longest = 2_500;

/** The page of an entry of the package: every name that it exports, as it is declared, with its comment. */
export function apiPage(entry: string, declarationFile: string): string {
  const groups = Map.groupBy(readExports(declarationFile), ({ declaration }) => groupOf(declaration));
  const parts = ['Functions', 'Classes', 'Values', 'Types'].flatMap((group) => {
    const names = groups.get(group) ?? [];
    return names.length === 0 ? [] : [`## ${group}`, names.map((name) => nameText(name)).join('\n\n')];
  });
  return `${[`# ${entry}`, 'Made from its types by `npm run build`.', ...parts].join('\n\n')}\n`;
}

function groupOf(declaration: string): string {
  if (declaration.startsWith('function')) return 'Functions';
  if (declaration.includes('class ')) return /^(?:abstract )?class /u.test(declaration) ? 'Classes' : 'Types';
  return declaration.startsWith('const') ? 'Values' : 'Types';
}

function nameText({ name, doc, declaration }: ExportedName): string {
  const shown = declaration.length > longest ? `${declaration.slice(0, declaration.indexOf('\n'))} …` : declaration;
  return [`### ${name}`, ...(doc === '' ? [] : [doc]), `\`\`\`ts\n${shown}\n\`\`\``].join('\n\n');
}
