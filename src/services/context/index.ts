export { assembleContext } from './assemble-context.ts';
export {
  type ContextPackage,
  type ContextRequest,
  type LeftOut,
  type LeftOutReason,
  type PackageItem,
  type PinnedText,
  type Place,
} from './package.ts';
