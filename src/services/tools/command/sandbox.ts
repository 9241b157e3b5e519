import path from 'node:path';
import { isInside } from '../../security/index.ts';

/** What a command in the sandbox may touch. All paths are real and absolute but those of programs, and all are there. */
export interface SandboxView {
  /** The home directory, empty and of its own. */
  readonly home: readonly string[];
  /** Seen as empty but for what follows, although a place of the system holds it. */
  readonly cleared: readonly string[];
  /** Directories whose programs can be run, what these load, and single programs. */
  readonly programs: readonly string[];
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  /** In what may be written, and not to be moved: what is out of reach would move along, and another take its place. */
  readonly fixed: readonly string[];
  /** Seen, and not to be changed, although they lie in something that may be. */
  readonly protected: readonly string[];
  /** Files out of reach, although they lie in something that is seen. */
  readonly masked: readonly string[];
  /** Directories out of reach, although they lie in something that is seen: they look empty. */
  readonly hidden: readonly string[];
  readonly workingDirectory: string;
  /** All of the network, or none: a sandbox cannot tell hosts apart. */
  readonly hasNetwork: boolean;
}

export interface SandboxOrder extends SandboxView {
  readonly program: string;
  readonly words: readonly string[];
}

/** Size of each directory that a command has to itself, such as its /tmp: they lie in memory. */
const temporaryBytes = 268_435_456;

/** Where programs share memory, and some people keep projects; the rest of /dev is the machine's. */
const sharedMemory = '/dev/shm';
const ownDevices = ['--proc', '/proc', '--dev', '/dev', ...ownPlace(sharedMemory), '--remount-ro', '/dev'];

/** What programs need of the system to run at all. */
const systemPlaces =
  '/usr /bin /sbin /lib /lib32 /lib64 /libx32 /opt /nix/store /etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d /etc/alternatives /etc/localtime /etc/passwd /etc/group /etc/nsswitch.conf /etc/mime.types'.split(
    ' ',
  );
const networkPlaces =
  '/etc/resolv.conf /etc/hosts /etc/ssl /etc/pki /etc/ca-certificates /etc/ca-certificates.conf /run/systemd/resolve'.split(
    ' ',
  );

/** A sandbox has them of its own, or not at all, whatever is permitted. */
const kernelPlaces = ['/proc', '/sys', '/dev'];

export function isOfKernel(place: string): boolean {
  return kernelPlaces.some((kernel) => isInside(kernel, place)) && !isInside(sharedMemory, place);
}

export function isOfSystem(place: string): boolean {
  return systemPlaces.some((system) => isInside(system, place));
}

/**
 * The words behind `bwrap`: a view of the file system with the system, what may be read, and what may be written, in
 * namespaces of its own, without rights, and gone with the engine.
 */
export function sandboxWords(order: SandboxOrder): readonly string[] {
  const { cleared, hidden, hasNetwork, program, words } = order;
  const namespaces = ['--unshare-all', '--die-with-parent', '--cap-drop', 'ALL'];
  const hasTop = [...order.readable, ...order.writable].includes(path.sep);
  const start = ['--chdir', order.workingDirectory, '--', program];
  return [
    ...namespaces,
    ...(hasNetwork ? ['--share-net'] : []),
    ...(hasTop ? [...rootWords(order, isTop), ...ownDevices] : placesWords(order)),
    ...rootWords(order, (place) => !isTop(place)),
    ...order.protected.flatMap(readOnly),
    ...order.masked.flatMap((place) => ['--ro-bind', '/dev/null', place]),
    ...hidden.flatMap((place) => ['--tmpfs', place]),
    // Last, since until then there may be something to be made in them.
    ...[...cleared, ...hidden, ...(hasTop ? [] : [path.sep])].flatMap((place) => ['--remount-ro', place]),
    ...start,
    ...words,
  ];
}

/** What there is of the machine where the whole of it is not permitted anyway. */
function placesWords({ home, cleared, programs, hasNetwork }: SandboxView): readonly string[] {
  return [
    ...ownDevices,
    ...['/tmp', ...home].flatMap(ownPlace),
    ...[...systemPlaces, ...(hasNetwork ? networkPlaces : [])].flatMap(readOnly),
    ...cleared.flatMap(ownPlace),
    ...programs.flatMap(readOnly),
  ];
}

function ownPlace(place: string): readonly string[] {
  return ['--size', String(temporaryBytes), '--tmpfs', place];
}

function readOnly(place: string): readonly string[] {
  return ['--ro-bind-try', place, place];
}

/** What is inside of another one comes after it, or it would be covered. */
function rootWords(
  { readable, writable, fixed }: SandboxView,
  isWanted: (place: string) => boolean,
): readonly string[] {
  const roots = [
    ...readable.map((place) => ({ place, option: '--ro-bind-try' })),
    ...[...writable, ...fixed].map((place) => ({ place, option: '--bind-try' })),
  ];
  return roots
    .filter(({ place }) => isWanted(place))
    .toSorted((one, other) => depthOf(one.place) - depthOf(other.place))
    .flatMap(({ place, option }) => [option, place, place]);
}

function isTop(place: string): boolean {
  return place === path.sep;
}

function depthOf(place: string): number {
  return place === path.sep ? 0 : place.split(path.sep).length;
}
