export { type PersonalFinding, personalDetector } from './detector.js';
export { ENTITIES, type Entity } from './entities.js';
export { personalSpans, SPAN_KINDS, type SpanKind } from './spans.js';
