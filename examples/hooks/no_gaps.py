#!/usr/bin/env python3
"""A hook in Python: every row has a value in the column that the rule names.

    hooks:                                      # config.yaml of the gateway that runs it
      no-gaps: { command: [/etc/counterfoil/hooks/no_gaps.py] }

    - {check: hook, hook: no-gaps, arguments: {column: name}}      # a rule of the contract

Rows come as an Arrow IPC stream on standard input; what is asked for is JSON in COUNTERFOIL_HOOK. The one thing printed
is the answer. Any exit code but 0 is an error, which blocks.
"""
import json
import os
import sys

import pyarrow as pa

call = json.loads(os.environ["COUNTERFOIL_HOOK"])
column = call["arguments"]["column"]
tested, failed, rows = 0, 0, []
with pa.ipc.open_stream(sys.stdin.buffer) as reader:
    for batch in reader:
        for at, null in enumerate(batch.column(column).is_null().to_pylist()):
            if null:
                failed += 1
                if len(rows) < 20:
                    rows.append(tested + at)
        tested += batch.num_rows
answer = {"tested": tested, "failed": failed}
if failed:
    answer.update(rows=rows, column=column, code="name.absent")
print(json.dumps(answer))
