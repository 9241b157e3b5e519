export { assembleContext } from './assemble-context.ts';
export {
  type ContextPackage,
  type ContextQuestion,
  type ContextRequest,
  type LeftOut,
  type LeftOutReason,
  type PackageItem,
  type PinnedText,
  type Place,
} from './package.ts';
