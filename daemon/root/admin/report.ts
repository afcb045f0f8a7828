import { htmlReport, junitReport, type Report, type ReportDocument } from '../../pipeline/index.js';

/** A check report as the admin API shows it. */
export const reportReply = (report: Report) => ({
  ...report,
  results: report.results.map((result) => ({ ...result })),
});

/** The checks of a transfer as a file of one of three kinds. */
export function reportFile(document: ReportDocument, format: 'json' | 'junit' | 'html') {
  const { transfer } = document;
  if (format === 'html')
    return { transfer, format, mediaType: 'text/html', file: `${transfer}.html`, content: htmlReport(document) };
  if (format === 'junit')
    return { transfer, format, mediaType: 'application/xml', file: `${transfer}.xml`, content: junitReport(document) };
  const content = `${JSON.stringify(machineForm(document), null, 2)}\n`;
  return { transfer, format, mediaType: 'application/json', file: `${transfer}.json`, content };
}

/** The signed statements of both sides, each as it was signed and as it reads; and what comparing them gave. */
function machineForm({ sides, comparison, ...about }: ReportDocument): object {
  return {
    v: 1,
    ...about,
    comparison: comparison ?? null,
    reports: sides.map(({ report, attested }) => ({
      side: report.side,
      verdict: report.verdict,
      signedBy: attested?.signedBy ?? [],
      envelope: attested?.envelope ?? null,
      statement: attested?.statement ?? null,
      report,
    })),
  };
}
