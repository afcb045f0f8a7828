"""Writes pairs of Arrow files into a folder: NAME.out as dictionaries, maps or unusual layouts, NAME.plain with the same
rows written plainly. For the tests of columnar."""

import pathlib
import sys
from decimal import Decimal

import pyarrow as pa
import pyarrow.ipc as ipc

folder = pathlib.Path(sys.argv[1])


def write(name, batches, plain, kind=ipc.new_stream, **options):
    with kind(str(folder / f"{name}.out"), batches[0].schema, options=ipc.IpcWriteOptions(**options)) as out:
        for batch in batches:
            out.write_batch(batch)
    with ipc.new_stream(str(folder / f"{name}.plain"), plain.schema) as out:
        out.write_table(plain)


def words(*values):
    return pa.array(values, pa.string())


def coded(indices, dictionary, index=pa.int8()):
    return pa.DictionaryArray.from_arrays(pa.array(indices, index), dictionary)


def batch(**columns):
    return pa.record_batch(list(columns.values()), names=list(columns))


plain = pa.table({"w": words("a", "b", "a", None, "c", "ü", "b")})
growing = [
    batch(w=coded([0, 1, 0], words("a", "b"))),
    batch(w=coded([None, 2, 3], words("a", "b", "c", "ü"))),
    batch(w=coded([1], words("a", "b", "c", "ü"))),
]
write("delta", growing, plain, emit_dictionary_deltas=True)
write("delta-file", growing, plain, ipc.new_file, emit_dictionary_deltas=True)
replaced = [
    batch(w=coded([0, 1, 0], words("a", "b"))),
    batch(w=coded([None, 0, 1], words("c", "ü"))),
    batch(w=coded([2], words("x", "y", "b"))),
]
write("replacement", replaced, plain)
write("index-uint64", [batch(w=coded([0, 1, 0, None, 2, 3, 1], words("a", "b", "c", "ü"), pa.uint64()))], plain)

inner = coded([0, 1, None, 1], words("x", "y"))
nested = pa.ListArray.from_arrays(pa.array([0, 2, 2, 4], pa.int32()), inner)
outer = coded([2, 0, 1, None], nested)
values = [[None, "y"], ["x", "y"], [], None]
write("nested", [batch(n=outer)], pa.table({"n": pa.array(values, pa.list_(pa.string()))}))
write("nested-file", [batch(n=outer)], pa.table({"n": pa.array(values, pa.list_(pa.string()))}), ipc.new_file)

nulls = coded([0, 1, None], words("a", None))
write("null-in-dictionary", [batch(w=nulls)], pa.table({"w": words("a", None, None)}))
write("unused", [batch(w=pa.DictionaryArray.from_arrays(pa.array([None, None], pa.int8()), words()))], pa.table({"w": words(None, None)}))

maps = pa.array([[("k", 1), ("l", None)], None, []], pa.map_(pa.string(), pa.int32()))
inside = pa.StructArray.from_arrays([maps], names=["m"], mask=pa.array([False, False, True]))
entry = pa.struct([("key", pa.string()), ("value", pa.int32())])
as_list = pa.array([[{"key": "k", "value": 1}, {"key": "l", "value": None}], None, []], pa.list_(entry))
plain_inside = pa.StructArray.from_arrays([as_list], names=["m"], mask=pa.array([False, False, True]))
write("map", [batch(m=maps, s=inside)], pa.table({"m": as_list, "s": plain_inside}))

few = [Decimal("1.00"), None, Decimal("-3.25")]
write("decimal32", [batch(d=pa.array(few, pa.decimal32(9, 2)))], pa.table({"d": pa.array(few, pa.decimal128(9, 2))}))
write("decimal256", [batch(d=pa.array(few, pa.decimal256(21, 2)))], pa.table({"d": pa.array(few, pa.decimal128(21, 2))}))

ends = pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array([1, 2], pa.int32()))
with ipc.new_stream(str(folder / "refused"), batch(r=ends).schema) as out:
    out.write_batch(batch(r=ends))
