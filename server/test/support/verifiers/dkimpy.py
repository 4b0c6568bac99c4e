"""Verifies every DKIM signature of the messages in the files named on the command line with dkimpy; one JSON line each.

The first argument is the resolver, as address:port.
"""

import json
import sys

import dkim
import dns.resolver

address, port = sys.argv[1].split(":")
resolver = dns.resolver.Resolver(configure=False)
resolver.nameservers = [address]
resolver.port = int(port)
resolver.lifetime = 10


def ask(name, timeout=5):
    name = name.decode("ascii") if isinstance(name, bytes) else name
    try:
        answer = resolver.resolve(name.rstrip("."), "TXT")
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.NoNameservers):
        return None
    return b"".join(next(iter(answer)).strings)


for path in sys.argv[2:]:
    with open(path, "rb") as file:
        message = dkim.DKIM(file.read())
    results = []
    count = sum(1 for name, _ in message.headers if name.lower() == b"dkim-signature")
    for index in range(count):
        try:
            results.append(bool(message.verify(idx=index, dnsfunc=ask)))
        except dkim.DKIMException as error:
            results.append(str(error))
    print(json.dumps(results), flush=True)
