"""Judges SPF with pyspf, without DNS: one JSON object a line on standard input, `{ zone, domain, senders }`.

`zone` has for each lower-case name its records by type: `TXT` and `A`, `AAAA`, `PTR` as lists of texts, `MX` as a list of
[preference, host]. A name that is not there does not exist. Answers with one line each, the results by sender.
"""

import json
import sys

import spf

zone = {}


def look_up(name, qtype, tcpfallback=True, timeout=30):
    records = zone.get(str(name).rstrip(".").lower(), {}).get(qtype, [])
    if qtype == "TXT":
        return [((name, qtype), (record.encode("latin-1"),)) for record in records]
    if qtype == "MX":
        return [((name, qtype), (preference, host)) for preference, host in records]
    if qtype == "AAAA":
        return [((name, qtype), spf.ipaddress.IPv6Address(record).packed) for record in records]
    return [((name, qtype), record) for record in records]


spf.DNSLookup = look_up

for line in sys.stdin:
    case = json.loads(line)
    zone = case["zone"]
    results = []
    for ip in case["senders"]:
        try:
            result, _ = spf.check2(ip, "bounce@" + case["domain"], "mail.sender.example")
        except Exception as error:  # a crash of the judge is a result too
            result = "error " + repr(error)
        results.append(result)
    print(json.dumps(results), flush=True)
