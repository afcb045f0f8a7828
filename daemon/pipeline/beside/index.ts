export type { Before, Beside, Reference } from './beside.js';
export { SideChecks } from './side-checks.js';
