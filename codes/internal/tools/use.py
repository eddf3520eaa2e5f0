"""Uses the generated constants of Python, and compares them with catalogue.json."""
import json
import sys

from words import REASONS, Code, Subcode

with open(sys.argv[1], encoding="utf-8") as file:
    catalogue = json.load(file)
assert [code.value for code in Code] == [word["token"] for word in catalogue["codes"]]
assert [subcode.value for subcode in Subcode] == [word["token"] for word in catalogue["subcodes"]]
assert list(REASONS.values()) == [(r["actor"], r["retry"]) for r in catalogue["reasons"]]
for r in catalogue["reasons"]:
    assert REASONS[Code(r["code"]), Subcode(r["subcode"])] == (r["actor"], r["retry"]), r
assert Code.REMOTE_FAILURE == "RemoteFailure" and Subcode.NONE == "None"
print(f"Python: {len(Code)} codes, {len(Subcode)} subcodes, {len(REASONS)} reasons")
