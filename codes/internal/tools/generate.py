"""Writes the words of catalogue.json as constants of Python: python3 generate.py catalogue.json >words.py"""
import json
import re
import sys

def name(token):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", token).upper()

with open(sys.argv[1], encoding="utf-8") as file:
    catalogue = json.load(file)
if catalogue["schema"] != "avinvite.catalogue/1":
    sys.exit(f"{sys.argv[1]} has the schema {catalogue['schema']}, want avinvite.catalogue/1")

print("# Generated from catalogue.json; do not edit. A service may send other codes and subcodes, too.\nimport enum")
for kind, words in ("Code", catalogue["codes"]), ("Subcode", catalogue["subcodes"]):
    print(f"\nclass {kind}(str, enum.Enum):")
    for word in words:
        print(f"    {name(word['token'])} = {word['token']!r}")
print("\n# For each reason, the party that ended the invitation, and whether inviting again can help.\nREASONS = {")
for r in catalogue["reasons"]:
    print(f"    (Code.{name(r['code'])}, Subcode.{name(r['subcode'])}): ({r['actor']!r}, {r['retry']!r}),")
print("}")
