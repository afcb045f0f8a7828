export { Attestations } from './attestations.js';
export { type ReportDocument, reportDocument } from './document.js';
export { htmlReport } from './html.js';
export { junitReport } from './junit.js';
