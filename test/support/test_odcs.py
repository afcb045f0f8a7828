"""Tests tables against contracts with another implementation of ODCS.

Reads cases [{contract, columns: {name: values}}] from a file and prints a list: true where every check passed, false where
one failed, null where the tool could not say.
"""

import json
import logging
import pathlib
import sys

import pyarrow
import pyarrow.parquet
from datacontract.data_contract import DataContract

logging.disable(logging.CRITICAL)
source = pathlib.Path(sys.argv[1])
verdicts = []
for case in json.loads(source.read_text(encoding="utf-8")):
    data = source.with_suffix(".parquet")
    pyarrow.parquet.write_table(pyarrow.table(case["columns"]), data)
    server = {"server": "here", "type": "local", "path": str(data), "format": "parquet"}
    contract = {**case["contract"], "servers": [server]}
    checks = DataContract(data_contract_str=json.dumps(contract)).test().checks
    results = [getattr(check.result, "value", check.result) for check in checks]
    lost = any("Error evaluating" in (check.reason or "") or check.type == "lint" for check in checks)
    verdicts.append(None if lost else "failed" not in results and "error" not in results)
print(json.dumps(verdicts))
