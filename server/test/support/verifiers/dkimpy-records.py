"""Verifies one DKIM signature against key records, without DNS, with dkimpy.

The first line of standard input is the message, each further line the TXT records at the selector's name, as a list of
texts: both as JSON, with one character for each octet. Answers with one line each: true, false or what dkimpy says.
"""

import json
import sys

import dkim

message = json.loads(sys.stdin.readline()).encode("latin-1")
for line in sys.stdin:
    records = [record.encode("latin-1") for record in json.loads(line)]
    try:
        result = bool(dkim.verify(message, dnsfunc=lambda name, timeout=5: records[0] if records else None))
    except Exception as error:
        result = repr(error)
    print(json.dumps(result), flush=True)
