"""A client of the HTTP API that shares no code with the worker. Sends requests and prints what came, a JSON line each.

usage: api_client.py URL APPID KEY SAMPLES JOB
SAMPLES is the folder with the requests of the documents, JOB a job.start request that can be run.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import re
import sys
import time
import urllib.request

url, app_id, key, samples, job_file = sys.argv[1:]


def token():
    """As the vendor's page describes it."""
    user, room, ts, rand = "user1", "room1", str(int(time.time())), "12345678"
    header = json.dumps({"user_id": user, "room_id": room, "app_id": app_id})
    signature = hmac.new(key.encode(), f"{user}{app_id}{ts}{rand}{room}".encode(), hashlib.sha1).hexdigest()
    return base64.b64encode(header.encode()).decode() + "." + signature + ts + rand


def post(text):
    request = urllib.request.Request(url, data=text.encode(), headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.status, json.load(response)


def show(name, status, reply):
    print(json.dumps({"name": name, "status": status, **{k: reply[k] for k in ("Ack", "RetCode", "Message")}}), flush=True)


def prepared(text, job_id, choose):
    """A sample with this client's Token, AppId and JobId, and with one of its alternatives if `choose`."""
    text = re.sub(r'("Token": *)"[^"]*"', rf'\1"{token()}"', text, count=1)
    text = re.sub(r'^( *)"": *"",', rf'\1"Token": "{token()}",', text, flags=re.M)
    text = re.sub(r'("AppId": *)"[^"]*"', rf'\1"{app_id}"', text)
    text = re.sub(r'("JobId": *)"[^"]*"', rf'\1"{job_id}"', text)
    if choose:
        text = re.sub(r'("MixedVideoLayout": *)\d(/\d)+', r"\g<1>1", text)
        text = re.sub(r"(: *)(\d)(/\d)+", r"\1\2", text)
    return text


# One job for the samples, acquired as the documents say.
acquired = prepared((pathlib.Path(samples) / "recording-11-job.acquire.json").read_text(), "", False)
status, reply = post(acquired)
job_id = reply["Data"]["JobId"]
ordered = sorted(pathlib.Path(samples).glob("*.json"), key=lambda path: ("stop" in path.name, path.name))
for path in ordered:
    if "acquire" in path.name:
        show(path.stem, *post(prepared(path.read_text(), "", False)))
        continue
    if "job.start" in path.name:
        continue
    show(path.stem, *post(prepared(path.read_text(), job_id, False)))
    show(path.stem + " chosen", *post(prepared(path.read_text(), job_id, True)))
for path in ordered:
    if "job.start" in path.name:
        show(path.stem, *post(prepared(path.read_text(), "sample-start", False)))

for action in ("job.worker.list", "job.check.server", "job.restart"):
    internal = {"JobId": "none", "RequestId": "1"}
    show(action, *post(json.dumps({"Action": action, "Token": token(), "Internal": internal, "Data": {}})))

# A job from beginning to end.
job = json.loads(pathlib.Path(job_file).read_text())
job["Token"] = token()
status, reply = post(json.dumps(job))
show("start", status, reply)
state = None
deadline = time.time() + 200
while time.time() < deadline:
    query = {"Action": "job.query", "Token": token(), "Internal": {"JobId": job["Internal"]["JobId"]}}
    status, reply = post(json.dumps(query))
    state = reply["Data"]["Status"]["State"]
    if state not in ("queued", "running"):
        break
    time.sleep(0.1)
show("state " + state, status, reply)
show("start again", *post(json.dumps(job)))
