export { type PersonalFinding, personalDetector } from './detector.js';
export { ENTITIES, type Entity } from './entities.js';
export { SPAN_KINDS, type SpanKind } from './forms.js';
export { personalSpans, SpanSearch } from './spans.js';
