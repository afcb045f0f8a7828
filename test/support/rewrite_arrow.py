"""Reads every .arrows stream of a folder, checks it in full, and writes its rows again in each layout that Arrow has.

A client from elsewhere for the tests of columnar: what it reads must be what was written, and what it writes must be
read as the same rows. Prints one line for each file written.
"""

import pathlib
import sys

import pyarrow as pa
import pyarrow.ipc as ipc


def wider(kind, text, binary, sequence):
    """The type with its text, binary and list parts in another layout."""
    again = lambda inner: wider(inner, text, binary, sequence)
    if pa.types.is_string(kind):
        return text
    if pa.types.is_binary(kind):
        return binary
    if pa.types.is_map(kind):
        return kind
    if pa.types.is_list(kind):
        return sequence(kind.value_field.with_type(again(kind.value_type)))
    if pa.types.is_fixed_size_list(kind):
        return kind  # casting inside these is not supported everywhere
    if pa.types.is_struct(kind):
        return pa.struct([kind.field(i).with_type(again(kind.field(i).type)) for i in range(kind.num_fields)])
    return kind


def flat(kind):
    return not (pa.types.is_nested(kind) or pa.types.is_null(kind) or isinstance(kind, pa.ExtensionType))


def recast(table, text, binary, sequence):
    columns, fields = [], []
    for field, column in zip(table.schema, table.columns):
        kind = wider(field.type, text, binary, sequence)
        try:
            cast = column.cast(kind) if kind != field.type else column
            cast.validate(full=True)  # some casts of nested types give broken columns
            column = cast
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
            kind = field.type
        columns.append(column)
        fields.append(field.with_type(kind))
    return pa.Table.from_arrays(columns, schema=pa.schema(fields, table.schema.metadata))


def dictionaries(table):
    columns, fields = [], []
    for field, column in zip(table.schema, table.columns):
        if flat(field.type):
            try:
                column = column.dictionary_encode()
                field = field.with_type(column.type)
            except pa.ArrowNotImplementedError:
                pass
        columns.append(column)
        fields.append(field)
    return pa.Table.from_arrays(columns, schema=pa.schema(fields, table.schema.metadata))


def garbage(table):
    """Null slots hold values: a bitmap laid over columns that had none."""
    columns = []
    for column in table.columns:
        array = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        fixed = pa.types.is_primitive(array.type) and array.offset == 0 and array.null_count > 0
        if fixed and array.type.bit_width >= 8:
            size = len(array) * array.type.bit_width // 8
            old = array.buffers()[1].to_pybytes()[:size]
            step = array.type.bit_width // 8
            new = bytearray(old)
            for row in range(len(array)):
                if not array[row].is_valid:
                    new[row * step : (row + 1) * step] = b"\x5a" * step
            array = pa.Array.from_buffers(array.type, len(array), [array.buffers()[0], pa.py_buffer(bytes(new))])
        columns.append(array)
    return pa.Table.from_arrays(columns, schema=table.schema)


def sliced(table):
    """The same rows, as a slice out of the middle of three copies."""
    rows = table.num_rows
    return pa.concat_tables([table, table, table]).combine_chunks().slice(rows, rows)


def write(path, table, kind=ipc.new_stream, **options):
    with kind(str(path), table.schema, options=ipc.IpcWriteOptions(**options)) as out:
        for batch in table.combine_chunks().to_batches() or []:
            out.write_batch(batch)
    print(path.name)


def main():
    folder = pathlib.Path(sys.argv[1])
    for path in sorted(folder.glob("*.arrows")):
        with ipc.open_stream(path.read_bytes()) as stream:
            table = stream.read_all()
        table.validate(full=True)
        to = lambda name: folder / f"{path.stem}.{name}"
        write(to("stream.out"), table)
        write(to("file.out"), table, ipc.new_file)
        write(to("lz4.out"), table, compression="lz4")
        write(to("zstd.out"), table, ipc.new_file, compression="zstd")
        write(to("large.out"), recast(table, pa.large_string(), pa.large_binary(), pa.large_list))
        write(to("view.out"), recast(table, pa.string_view(), pa.binary_view(), pa.list_view), compression="zstd")
        write(to("dictionary.out"), dictionaries(table))
        write(to("dictionary-file.out"), dictionaries(table), ipc.new_file, compression="lz4")
        write(to("garbage.out"), garbage(table))
        write(to("sliced.out"), sliced(table))


main()
