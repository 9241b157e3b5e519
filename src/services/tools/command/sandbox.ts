import path from 'node:path';
import { isInside } from '../../security/index.ts';

/** What a command in the sandbox may touch. All paths are real and absolute. */
export interface SandboxOrder {
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  /** Out of reach, although they lie in one of those: seen as empty. They have to be there. */
  readonly hidden: readonly string[];
  /** Seen, and not to be changed, although they lie in something that may be. */
  readonly protected: readonly string[];
  readonly workingDirectory: string;
  /** All of the network, or none: a sandbox cannot tell hosts apart. */
  readonly hasNetwork: boolean;
  /** Entries of PATH, whose programs can be run. */
  readonly searchPath: readonly string[];
  readonly program: string;
  readonly words: readonly string[];
}

/** Size of the /tmp that a command has to itself: it lies in memory. */
const temporaryBytes = 268_435_456;

/** What programs need of the system to run at all. */
const systemPlaces =
  '/usr /bin /sbin /lib /lib32 /lib64 /libx32 /opt /nix/store /etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d /etc/alternatives /etc/localtime /etc/passwd /etc/group /etc/nsswitch.conf /etc/mime.types'.split(
    ' ',
  );
const networkPlaces =
  '/etc/resolv.conf /etc/hosts /etc/ssl /etc/pki /etc/ca-certificates /etc/ca-certificates.conf /run/systemd/resolve'.split(
    ' ',
  );

/**
 * The words behind `bwrap`: a view of the file system with the system, what may be read, and what may be written, in
 * namespaces of its own, without rights, and gone with the engine.
 */
export function sandboxWords(order: SandboxOrder): readonly string[] {
  const { readable, writable, hidden, workingDirectory, hasNetwork, program, words } = order;
  const places = [...systemPlaces, ...(hasNetwork ? networkPlaces : []), ...programPlaces(order.searchPath)];
  const namespaces = ['--unshare-all', '--die-with-parent', '--cap-drop', 'ALL'];
  const own = ['--proc', '/proc', '--dev', '/dev', '--size', String(temporaryBytes), '--tmpfs', '/tmp'];
  const start = ['--chdir', workingDirectory, '--', program];
  return [
    ...namespaces,
    ...(hasNetwork ? ['--share-net'] : []),
    ...own,
    ...places.flatMap((place) => ['--ro-bind-try', place, place]),
    ...rootWords(readable, writable),
    ...order.protected.flatMap((place) => ['--ro-bind-try', place, place]),
    ...hidden.flatMap((place) => ['--tmpfs', place, '--remount-ro', place]),
    ...start,
    ...words,
  ];
}

/** What is inside of another one comes after it, or it would be covered. */
function rootWords(readable: readonly string[], writable: readonly string[]): readonly string[] {
  const roots = [
    ...readable.map((place) => ({ place, option: '--ro-bind-try' })),
    ...writable.map((place) => ({ place, option: '--bind-try' })),
  ];
  return roots
    .toSorted((one, other) => depthOf(one.place) - depthOf(other.place))
    .flatMap(({ place, option }) => [option, place, place]);
}

function depthOf(place: string): number {
  return place === path.sep ? 0 : place.split(path.sep).length;
}

/** Programs outside of the system, such as a Node of one's own: the directory of programs, and what they load. */
function programPlaces(searchPath: readonly string[]): readonly string[] {
  const outside = searchPath.filter((entry) => !systemPlaces.some((place) => isInside(place, entry)));
  return [...new Set(outside)].flatMap((entry) => {
    const beside = path.dirname(entry);
    return [entry, path.join(beside, 'lib'), path.join(beside, 'libexec'), path.join(beside, 'include')];
  });
}
