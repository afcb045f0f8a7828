// A hook in JavaScript: every row has a value in the column that the rule names.
//
//   hooks:                                      # config.yaml of the gateway that runs it
//     no-gaps: { module: /etc/counterfoil/hooks/no-gaps.mjs }
//
//   - {check: hook, hook: no-gaps, arguments: {column: name}}      # a rule of the contract
//
// `batches` are record batches of apache-arrow, in order; `schema` is their schema. The answer says what was looked at,
// what failed, and if you like which rows (counted from 0 over all batches), which column they are shown by, and a code.
export async function check({ schema, batches, arguments: { column } }) {
  if (!schema.names.includes(column)) throw new Error('there is no such column'); // an error, which blocks
  const rows = [];
  let tested = 0;
  let failed = 0;
  for await (const batch of batches) {
    const values = batch.getChild(column);
    for (let at = 0; at < batch.numRows; at++, tested++) {
      if (values.get(at) !== null) continue;
      failed++;
      if (rows.length < 20) rows.push(tested);
    }
  }
  return failed === 0 ? { tested, failed } : { tested, failed, rows, column, code: 'name.absent' };
}
