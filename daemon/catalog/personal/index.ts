export { type PersonalFinding, personalDetector } from './detector.js';
export { ENTITIES, type Entity } from './entities.js';
