"""Takes steps with Debian's lexicon: what it is told on standard input, and one line of JSON for each on standard output."""
import json
import sys

from lexicon.client import Client
from lexicon.config import ConfigResolver

told = json.load(sys.stdin)
for step in told["steps"]:
    config = {"provider_name": told["provider"], "domain": told["domain"], "ttl": 3600, told["provider"]: told["options"], **step}
    try:
        answer = {"done": Client(ConfigResolver().with_dict(config)).execute()}
    except Exception as error:  # pylint: disable=broad-except
        answer = {"failed": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer))
