import { CounterfoilError, own } from '../../../foundation/index.js';
import { storageType } from '../../checks/values/access.js';
import { sealColumn, sealedHead } from '../../sealed/seal.js';
import { defineMask } from '../define.js';

export const encrypt = defineMask({
  name: 'encrypt',
  describe: {
    summary:
      'The column is sealed: only the holder of the key of the peer opens it, with "counterfoil decrypt". Of its values nothing can be seen in between, not even lengths and nulls; only how large a batch of them is.',
    accepts: 'every type',
    yields:
      'bytes: of each batch the sealed values (AES-256-GCM, the key sealed by HPKE) in its first row, nothing in the others',
    nulls: 'are sealed too',
    parameters: {},
    example: 'salary=encrypt',
  },
  params: {},
  accepts: () => true,
  yields: () => ({ name: 'binary' }),
  nullable: false,
  masker: (field, _params, { keys }) => {
    const seal = own(keys.seals ?? {}, field.name);
    if (seal === undefined || keys.version === undefined)
      throw new CounterfoilError('internal', 'A column is to be sealed, and no key for it was made.');
    const { organisation: provider, peer: consumer, agreement, version } = keys;
    return (column, _batch, index) =>
      sealColumn(column, field, seal, { provider, consumer, agreement, version }, index);
  },
  recognise: (_params, field) =>
    storageType(field.type).name !== 'binary'
      ? undefined
      : (column) => {
          const [data, offsets] = [column.data!, column.offsets!];
          return (row) => {
            const cell = data.subarray(offsets[row]!, offsets[row + 1]!);
            return row === 0 ? sealedHead(cell)?.rows === column.rows : cell.length === 0;
          };
        },
});
