"""A script as one writes it for Partner Center (domain.md §2): plain HTTP, nothing of ours.

Run by server/tests/partner_center.rs with the address of a service that has the demo's data.
"""
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = sys.argv[1]


def call(verb, path, body=None, token="demo:admin_agent", **headers):
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(ROOT + path, data, method=verb)
    request.add_header("Authorization", "Bearer " + token)
    if data is not None:
        request.add_header("Content-Type", "application/json")
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def expect(what, found, wanted):
    assert found == wanted, f"{what}: {found!r} instead of {wanted!r}"


def refused(what, answer, status, code):
    expect(what, (answer[0], answer[1]["code"]), (status, code))


while call("GET", "/readyz")[0] != 200:
    time.sleep(0.05)

# A search by name (§2.3).
only = {"Field": "CompanyName", "Value": "CONTOSO l", "Operator": "starts_with"}
status, found = call("GET", "/v1/customers?size=0&filter=" + urllib.parse.quote(json.dumps(only)))
expect("found", [one["companyProfile"]["companyName"] for one in found["items"]], ["Contoso Ltd"])
customer = "/v1/customers/" + found["items"][0]["id"]

# Pages neither skip nor repeat (§2.2, §2.6).
status, first = call("GET", "/v1/customers?size=3")
link = first["links"]["next"]
token = {header["key"].replace("-", "_"): header["value"] for header in link["headers"]}
status, second = call("GET", "/v1" + link["uri"], **token)
names = [one["companyProfile"]["companyName"].lower() for one in first["items"] + second["items"]]
expect("pages", (len(set(names)), names), (6, sorted(names)))

# A page after a filtered one is filtered, too.
only["Value"] = "a"
filtered = "filter=" + urllib.parse.quote(json.dumps(only))
link = call("GET", "/v1/customers?size=1&sort=-name&" + filtered)[1]["links"]["next"]
token = {header["key"].replace("-", "_"): header["value"] for header in link["headers"]}
status, second = call("GET", "/v1" + link["uri"], **token)
expect("filtered", second["items"][0]["companyProfile"]["companyName"][0].lower(), "a")
expect("one a page", len(second["items"]), 1)

# The same page as the vendor's SDK asks for it: by the token alone.
expect("by the token", call("GET", "/v1/customers?seekOperation=Next", **token)[1]["items"], second["items"])

# The log as that SDK asks for it: days as .NET writes them (§2.6).
days = urllib.parse.urlencode({"startDate": "01/01/2018 00:00:00", "endDate": "12/31/2099 00:00:00", "size": 2})
expect("log", len(call("GET", "/v1/auditrecords?" + days)[1]["items"]), 2)

# An order, repeated after a lost answer (§2.2 MS-RequestId).
lines = [{"LineItemNumber": 0, "OfferId": "796B6B5F-613C-4E24-A17C-EBA730D49C02", "Quantity": 4}]
order = {"BillingCycle": "Annual", "LineItems": lines}
placed = call("POST", customer + "/orders", order, MS_RequestId="order-1")
expect("order", placed[0], 201)
expect("repeated", call("POST", customer + "/orders", order, MS_RequestId="order-1"), placed)
lines[0]["Quantity"] = 5
reused = call("POST", customer + "/orders", order, MS_RequestId="order-1")
refused("reused", reused, 422, "REQUEST_ID_REUSED")

# Edits of the full resource, guarded by its ETag (§2.5).
path = customer + "/subscriptions/" + placed[1]["lineItems"][0]["subscriptionId"]
seen = call("GET", path)[1]
refused("no ETag", call("PATCH", path, {"quantity": 9}), 428, "ETAG_MISSING")
refused("cycle", call("PATCH", path, {**seen, "billingCycle": "monthly"}), 400, "2054")
status, edited = call("PATCH", path, {**seen, "quantity": 9})
expect("quantity", (status, edited["quantity"]), (200, 9))
stale = call("PATCH", path, {**seen, "quantity": 10})
refused("stale", stale, 412, "2055")
expect("what it is now", stale[1]["current"]["quantity"], 9)

# Suspend, read the date, reactivate (S24, S27, §3.4: 90 days without free ones).
status, locked = call("PATCH", path, {**edited, "status": "suspended"})
expect("suspended", (status, locked["status"], locked["retention"]["windowDays"]), (200, "suspended", 90))
refused("quantity while suspended", call("PATCH", path, {**locked, "quantity": 11}), 400, "2001")
status, active = call("PATCH", path, {**locked, "status": "active"})
expect("reactivated", (status, active["status"], active["quantity"]), (200, "active", 9))

# Who may not, and what is wrong (§1.7, §2.7).
expect("nobody", call("GET", "/v1/me", token="demo")[0], 401)
refused("another partner's", call("GET", customer, token="demo:admin_agent@acme"), 404, "60003")
refused("role", call("POST", customer + "/orders", order, token="demo:helpdesk_agent"), 403, "900150")
refused("broken JSON", call("POST", customer + "/orders", b'{"a"'), 400, "800002")
refused("too large", call("POST", customer + "/orders", b" " * 2_000_000), 413, "BODY_TOO_LARGE")
refused("verb", call("DELETE", "/v1/customers"), 405, "VERB_NOT_ALLOWED")
expect("unchanged", call("GET", path)[1], active)
