# A server in Python. avinvite catalogue > catalogue.json; avinvite test -- python3 server.py catalogue.json
import json, sys
PROGRESS = {"Incoming": ["Connecting"], "Outgoing": ["Connecting", "Alerting", "TeamRing", "Forwarded"]}
OFFERS = {"Incoming": ["accept", "acceptAndBridge", "decline", "forward", "startAdhocMeeting"], "Outgoing": ["cancel"]}
REASONS = json.load(open(sys.argv[1], encoding="utf-8"))["reasons"]
ENDS = {(d, end["state"], r["code"], r["subcode"]) for r in REASONS for d in r["directions"] for end in r["states"]}
def legal(direction, state, event, to, code=None, subcode="None"):
    if state not in ["None", *PROGRESS[direction]]: return False
    if event == "completed": return not code if to == "Connected" else (direction, to, code, subcode) in ENDS
    return to in PROGRESS[direction] and (state == "None" or event == "updated" and to in [state, *PROGRESS[direction][1:]])
sys.stdin.readline()  # {"avinvite":1}
print('{"avinvite":1,"name":"example in Python","role":"server","sees":["state","offers"],"operations":true}', flush=True)
for test in map(json.loads, sys.stdin):
    direction, state, pending, answers = test["direction"], "None", False, []
    for step in [None, *test["steps"]]:  # None shows the new invitation
        answer, known = {}, OFFERS[direction] if state in PROGRESS[direction] else []
        if step and "do" in step:
            answer["ok"] = step["do"] in known and not pending
            if answer["ok"]: pending = step["do"] != "startAdhocMeeting"
            else: answer["status"], answer["code"] = (409, "Conflict") if step["do"] in known else (404, "NotFound")
        elif step:
            answer["ok"] = legal(direction, state, step["event"], step["state"], **step.get("reason", {}))
            if answer["ok"]: state = step["state"]
        answers.append({**answer, "state": state, "offers": OFFERS[direction] if state in PROGRESS[direction] and not pending else []})
    print(json.dumps({"id": test["id"], "answers": answers}), flush=True)
