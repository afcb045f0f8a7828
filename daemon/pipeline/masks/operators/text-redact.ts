import { z } from 'zod';
import { SPAN_KINDS, type SpanKind, SpanSearch } from '../../../catalog/index.js';
import { storageType } from '../../checks/values/access.js';
import { defineMask } from '../define.js';
import { rewriteTexts } from '../text-sink.js';

const kinds = z.array(z.enum(SPAN_KINDS)).min(1);

export const textRedact = defineMask({
  name: 'text_redact',
  preserves: ['nulls'],
  positional: 'entities',
  describe: {
    summary:
      'What looks personal within a text is replaced by its kind: "call [phone]". It removes what has a form, and names that are known; a description of a person is none of these. Where that is not enough, drop the column.',
    accepts: 'text',
    yields: 'text',
    nulls: 'stay',
    parameters: {
      entities: `Kinds to replace, a list; on the command line with bars between. Default: all of them: ${SPAN_KINDS.join(', ')}.`,
      with: 'What stands in their place. Default: the kind in brackets.',
    },
    example: 'note=text_redact:email|phone',
  },
  params: { entities: z.preprocess(listOf, kinds.optional()), with: z.string().max(40).optional() },
  accepts: (type) => storageType(type).name === 'utf8',
  masker: (_field, { entities, with: fixed }) => {
    const wanted = new Set<SpanKind>(entities ?? SPAN_KINDS);
    const search = new SpanSearch(wanted);
    return (column) => {
      search.over(column.data!);
      return rewriteTexts(column, (data, from, to, sink) => {
        const possible = search.look(from, to);
        if (possible === 0) sink.copy(data, from, to);
        else sink.text(redacted(data.toString('utf8', from, to), search, possible, fixed));
      });
    };
  },
});

function listOf(value: unknown): unknown {
  return typeof value === 'string' ? value.split('|').map((part) => part.trim()) : value;
}

function redacted(text: string, search: SpanSearch, possible: number, fixed: string | undefined): string {
  let out = '';
  let from = 0;
  for (const { start, end, kind } of search.spans(text, possible)) {
    out += `${text.slice(from, start)}${fixed ?? `[${kind}]`}`;
    from = end;
  }
  return from === 0 ? text : out + text.slice(from);
}
