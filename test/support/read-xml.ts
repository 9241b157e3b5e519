/** An element of an XML document, with the text in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const token =
  /<\?xml [^?]*\?>|<\/(?<closed>[\w.:-]+)\s*>|<(?<opened>[\w.:-]+)(?<attributes>(?:\s+[\w.:-]+="[^"<]*")*)\s*(?<empty>\/?)>|(?<text>[^<]+)/guy;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
// eslint-disable-next-line no-control-regex -- these are what XML 1.0 forbids
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF\p{Cs}]/u;

/** Reads XML as far as reports go, and throws at whatever is not well-formed. */
export function readXml(document: string): XmlElement {
  if (forbidden.test(document)) throw new Error('The document has a character that XML cannot hold.');
  const top: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  let end = 0;
  for (const { 0: whole, index, groups = {} } of document.matchAll(token)) {
    end = index + whole.length;
    take(open, groups);
  }
  const [root, ...others] = top.children;
  const isOne = others.length === 0 && open.length === 1 && top.text.trim() === '';
  if (end === document.length && root !== undefined && isOne) return root;
  throw new Error(`The document is not one element that is closed; it was read up to ${end} of ${document.length}.`);
}

function take(open: XmlElement[], groups: Readonly<Record<string, string | undefined>>): void {
  const parent = open.at(-1);
  const { opened, closed, attributes = '', empty, text } = groups;
  if (text !== undefined && parent !== undefined) parent.text += decode(text);
  if (closed !== undefined && open.pop()?.name !== closed)
    throw new Error(`"${closed}" is closed where it is not open.`);
  if (opened === undefined) return;
  const element: XmlElement = { name: opened, attributes: readAttributes(attributes), children: [], text: '' };
  parent?.children.push(element);
  if (empty === '') open.push(element);
}

function readAttributes(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([\w.:-]+)="([^"]*)"/gu)) {
    if (name in found) throw new Error(`The attribute "${name}" is there twice.`);
    found[name] = decode(value);
  }
  return found;
}

function decode(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|(\w+));|&/gu, (whole: string, code?: string, name?: string) => {
    const letter = code === undefined ? entities[name ?? ''] : String.fromCodePoint(Number(code));
    if (letter === undefined) throw new Error(`"${whole}" is no reference.`);
    return letter;
  });
}
