export { Pace } from './pace.js';
