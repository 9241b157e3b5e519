import ipaddr from 'ipaddr.js';

const fourNumbers = /^\d{1,3}(?:\.\d{1,3}){3}$/u;

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Addresses beginning with the same bits; `bits` are all of them for a single one. */
export interface AddressRange {
  readonly address: string;
  readonly bits: number;
}

/** Answers with credentials to whoever asks from a machine of Azure, and lies in a range that is otherwise public. */
const metadataAddresses: ReadonlySet<string> = new Set(['168.63.129.16']);

const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** A wider range stands for "everything", and says nothing of the special addresses in it. */
const widestSpecialBits = 8;

/** The address in the one spelling that is compared, an IPv4 address in IPv6 as what it is; undefined for what is none. */
export function canonicalAddress(text: string): string | undefined {
  return readAddress(text)?.toString();
}

/** Reads "10.0.0.0/8", "::1" and the like; no octal, hexadecimal or short spelling. */
export function readAddressRange(text: string): AddressRange | undefined {
  const [written = '', length, ...more] = text.split('/');
  const address = readAddress(written);
  if (address === undefined || more.length > 0) return undefined;
  const most = address.kind() === 'ipv4' ? 32 : 128;
  if (length === undefined) return { address: address.toString(), bits: most };
  const isReadAsWritten = written.includes(':') === (most === 128);
  if (!isReadAsWritten || !/^(?:0|[1-9]\d{0,2})$/u.test(length) || Number(length) > most) return undefined;
  return { address: address.toString(), bits: Number(length) };
}

export function isInRange(address: string, range: AddressRange): boolean {
  const found = readAddress(address);
  const base = baseOf(range);
  return found !== undefined && base !== undefined && found.kind() === base.kind() && found.match(base, range.bits);
}

/** False for every address that is not of the public internet: of the machine, its network, its cloud or its tunnels. */
export function isPublicAddress(address: string): boolean {
  const found = readAddress(address);
  if (found === undefined || metadataAddresses.has(found.toString())) return false;
  // What IPv6 does not hand out to hosts, among it every form that carries an IPv4 address, is special without being listed.
  return found.range() === 'unicast' && (found.kind() === 'ipv4' || found.match(globalUnicast));
}

export function isLoopback(address: string): boolean {
  return readAddress(address)?.range() === 'loopback';
}

/** True when a range was written for special addresses like this one, and does not merely contain it. */
export function namesSpecial(address: string, range: AddressRange): boolean {
  const isOfItsKind = readAddress(address)?.range() === baseOf(range)?.range();
  return isOfItsKind && range.bits >= widestSpecialBits && isInRange(address, range);
}

/** Ranges are compared with every host that is asked for, and read once. */
const bases = new WeakMap<AddressRange, Address>();

function baseOf(range: AddressRange): Address | undefined {
  const base = bases.get(range) ?? readAddress(range.address);
  if (base !== undefined) bases.set(range, base);
  return base;
}

function readAddress(text: string): Address | undefined {
  // The library throws inside for whatever is no address, which takes long for names, and most hosts are names.
  if (fourNumbers.test(text)) return ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text) : undefined;
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}
