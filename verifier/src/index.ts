export { CLASSES, type Fault } from './faults.js';
export { type ForkProof, verifyForkProof } from './fork.js';
export { parsePolicy } from './policy.js';
export { type SameData, sameData } from './same-data.js';
export type { TransferStory } from './story.js';
export type { BundleSource } from './tar.js';
export { type Coverage, type Report, type VerifyOptions, verifyBundles } from './verify.js';
