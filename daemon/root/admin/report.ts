import type { Report } from '../../pipeline/index.js';

/** A check report as the admin API shows it. */
export const reportReply = (report: Report) => ({
  ...report,
  results: report.results.map((result) => ({ ...result })),
});
