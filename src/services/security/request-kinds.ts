import { commandKind, type CommandRequest, type CommandRules } from './command.ts';
import { filesystemKind, type FilesystemRequest, type FilesystemRules } from './filesystem.ts';
import { networkKind, type NetworkRequest, type NetworkRules } from './network.ts';
import type { PermissionKind } from './permission-kind.ts';

/** What can be asked for. A further kind is a line here, one among the rules, and one in the table below. */
export interface Requests {
  filesystem: FilesystemRequest;
  command: CommandRequest;
  network: NetworkRequest;
}

/** What levels say about each kind. */
export interface Rules {
  filesystem: FilesystemRules;
  command: CommandRules;
  network: NetworkRules;
}

export type RequestKind = keyof Requests;
export type PermissionRequest = Requests[RequestKind];

export const requestKinds: { readonly [Kind in RequestKind]: PermissionKind<Requests[Kind], Rules[Kind]> } = {
  filesystem: filesystemKind,
  command: commandKind,
  network: networkKind,
};

export function isRequestKind(name: string): name is RequestKind {
  return Object.hasOwn(requestKinds, name);
}
