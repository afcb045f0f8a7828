interface Rule {
  check: string;
  columns: readonly string[];
  text: string;
}

/** A rule as a sentence, where its check is one that people meet often; its exact text elsewhere. */
export function ruleSentence({ check, columns, text }: Rule): string {
  const names = columns.map((name) => `“${name}”`).join(', ');
  const inside = /\(([\s\S]*)\)$/.exec(text)?.[1] ?? '';
  const number = (name: string): string | undefined =>
    new RegExp(`(?:^|, )${name} "?(-?[\\d.eE+:TZ-]+)"?`).exec(inside)?.[1];
  const has = (name: string): boolean => new RegExp(`(?:^|, )${name} `).test(inside);
  if (has('where') || has('tolerance')) return text;
  const [least, most] = [number('min'), number('max')];
  switch (check) {
    case 'null':
      return inside === '' ? `${names} is never empty` : text;
    case 'unique':
      return `${columns.length > 1 ? 'Together, ' : ''}${names} is unique`;
    case 'range':
      if (has('minExclusive') || has('maxExclusive') || has('exclusive')) return text;
      if (least !== undefined && most !== undefined) return `${names} is between ${least} and ${most}`;
      if (least !== undefined) return `${names} is at least ${least}`;
      return most === undefined ? text : `${names} is at most ${most}`;
    case 'row_count':
      if (least !== undefined && most !== undefined) return `Between ${least} and ${most} rows`;
      if (least !== undefined) return `At least ${least} rows`;
      return most === undefined ? text : `At most ${most} rows`;
    case 'in_set': {
      const values = /values \[(.*)\]/.exec(inside)?.[1];
      return values === undefined ? text : `${names} is one of ${values.replaceAll('"', '').replaceAll(',', ', ')}`;
    }
    case 'schema.match':
      return `The columns ${[...inside.matchAll(/"name":"([^"]*)"/g)].map(([, name]) => `“${name}”`).join(', ')} are there, with the types of the contract`;
    case 'pii.absent':
      return 'Nothing looks personal';
    default:
      return text;
  }
}
