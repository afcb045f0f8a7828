"""Reads the contracts of a folder with another implementation of ODCS and with the schema that it brings.

Prints a JSON object: file name to the list of what is wrong.
"""

import json
import pathlib
import sys

import yaml
from jsonschema import Draft201909Validator
from open_data_contract_standard.model import OpenDataContractStandard

validator = Draft201909Validator(json.loads(OpenDataContractStandard.json_schema()))
found = {}
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    text = path.read_text(encoding="utf-8")
    faults = [error.message for error in validator.iter_errors(yaml.safe_load(text))]
    try:
        contract = OpenDataContractStandard.from_string(text)
        for table in contract.schema_ or []:
            names = [column.name for column in table.properties or []]
            faults += [] if len(names) == len(set(names)) else ["two columns of one name"]
    except ValueError as error:
        faults.append(str(error))
    found[path.name] = faults
print(json.dumps(found))
