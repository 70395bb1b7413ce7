"""Letters of authorization, orders and money, as every Python client must see them.

Each test takes the steps it is about from the autopilot first, so that every state can be looked at.
"""

import base64
import contextlib
import json
import re
import urllib.error
import urllib.request

from scenario import TENANT, UTC, UNKNOWN_ID, equal, refused, unique

HTML = "text/html;charset=utf-8"
PDF = "application/pdf"
PLAIN_BROWSER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(url):
    """What a browser gets: status, content type, bytes."""
    try:
        with PLAIN_BROWSER.open(url, timeout=10) as answer:
            return answer.status, answer.headers["content-type"], answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["content-type"], error.read()


@contextlib.contextmanager
def left_to_people(w, *steps):
    """The autopilot leaves these steps of the tenant alone."""
    try:
        for step in steps:
            w.operate("SetAutopilot", AccountId=TENANT, Step=step, Outcome="leave", DelaySeconds=0)
        yield
    finally:
        for step in steps:
            w.operate("SetAutopilot", AccountId=TENANT, Step=step, Outcome="do", DelaySeconds=0)


def engineer(number, **changes):
    one = {
        "PMCertificateNo": f"33010019900101{number:04}",
        "PMCertificateType": "IDCard",
        "PMContactInfo": f"1380000{number:04}",
        "PMGender": "Female" if number % 2 else "Male",
        "PMName": f"工程师 {number}",
    }
    one.update(changes)
    return {name: value for name, value in one.items() if value is not None}


def application(c, count=2, **changes):
    fields = {
        "InstanceId": c,
        "CompanyName": "示例公司 Example Co.",
        "ConstructionTime": "2030-01-31T08:00:00Z",
        "LineType": "FIBRE",
        "Si": "Reed & Sons Cabling",
        "PMInfo": [engineer(number) for number in range(1, count + 1)],
    }
    fields.update(changes)
    return fields


def letter_of(w, c):
    return w.call("DescribePhysicalConnectionLOA", InstanceId=c)["PhysicalConnectionLOAType"]


def particulars(file):
    """What a letter says by itself, from the lines that its seal adds to the file."""
    lines = re.findall(rb"^%data ([A-Za-z0-9+/=]+)$", file, re.MULTILINE)
    return json.loads(base64.b64decode(b"".join(lines), validate=True))


def letter(w):
    with left_to_people(w, "letter-review", "letter-issue", "construction"):
        c = w.create()
        w.until(c, "Allocated")
        refused(400, "IncorrectStatus.PhysicalConnectionLOA", lambda: letter_of(w, c))
        w.call("ApplyPhysicalConnectionLOA", **application(c, 16, ClientToken=unique("loa")))
        shown = letter_of(w, c)
        equal((shown["Status"], shown["InstanceId"], shown["SI"]), ("Applying", c, "Reed & Sons Cabling"), "letter")
        engineers = shown["PMInfo"]["PMInfo"]
        equal(engineers, [engineer(number) for number in range(1, 17)], "engineers")
        equal(w.circuit(c)["LoaStatus"], "Applying", "LoaStatus")
        refused(400, "IncorrectStatus.PhysicalConnectionLOA", lambda: w.call("ApplyPhysicalConnectionLOA", **application(c)))
        refused(400, "OperationUnsupported.SkipConstruction", lambda: w.call("ConfirmPhysicalConnection", PhysicalConnectionId=c))

        w.operate("RejectPhysicalConnectionLOA", PhysicalConnectionId=c, Reason="The building is closed that week")
        equal((letter_of(w, c)["Status"], letter_of(w, c)["Description"]), ("Rejected", "The building is closed that week"), "refusal")
        w.call("SecondApplyPhysicalConnectionLOA", **application(c, 1, LineType="MSTP"))
        w.operate("ApprovePhysicalConnectionLOA", PhysicalConnectionId=c)
        equal(letter_of(w, c)["Status"], "Accept", "Status once approved")
        w.operate("IssuePhysicalConnectionLOA", PhysicalConnectionId=c)
        shown = letter_of(w, c)
        equal((shown["Status"], shown["LineType"]), ("Available", "MSTP"), "letter once issued")
        page = the_file(shown["LoaUrl"])

        line = {"LineCode": "CT-0001", "LineLabel": "rack 4, pair 2", "LineServiceProvider": "中国电信", "LineSPContactInfo": "noc@example.net"}
        w.call("CompletePhysicalConnectionLOA", InstanceId=c, FinishWork=False, **line)
        shown = letter_of(w, c)
        equal((shown["Status"], shown["LineCode"], shown["LineLabel"]), ("Available", line["LineCode"], line["LineLabel"]), "line data")
        w.call("CompletePhysicalConnectionLOA", InstanceId=c)
        equal(letter_of(w, c)["Status"], "Completing", "Status once reported complete")
        refused(400, "OperationDenied.LOAStatusNotAllowComplete", lambda: w.call("CompletePhysicalConnectionLOA", InstanceId=c))
        w.call("ConfirmPhysicalConnection", PhysicalConnectionId=c)
        row = w.circuit(c)
        equal((row["Status"], row["LoaStatus"]), ("Confirmed", "Complete"), "circuit once confirmed")
        status, _, text = fetch(page)
        assert status == 200 and b"Used" in text and b'class="verdict go"' not in text, "a used letter lets nobody in"


def the_file(url):
    """The download and its page: good as they are, refused once altered. Returns the page's address."""
    status, kind, file = fetch(url)
    equal((status, kind, file[:5]), (200, PDF, b"%PDF-"), "file")
    equal(fetch(url)[2], file, "the file fetched again")
    said = particulars(file)
    equal(said["construction_company"], "Reed & Sons Cabling", "construction company")
    equal([one["document_number"][-4:] for one in said["engineers"]], ["0001"], "last four of the document's number")
    assert engineer(1)["PMCertificateNo"].encode() not in file, "the whole number of a document"
    forged = url[:-1] + ("0" if url[-1] != "0" else "1")
    status, kind, text = fetch(forged)
    equal((status, kind), (404, HTML), "a forged link")
    assert b"%PDF" not in text, "a forged link gives the file"

    status, kind, text = fetch(said["check_link"])
    equal((status, kind), (200, HTML), "page")
    assert b'class="verdict go"' in text and said["number"].encode() in text, "the page does not say valid"
    for secret in (engineer(1)["PMName"], engineer(1)["PMContactInfo"], engineer(1)["PMCertificateNo"]):
        assert secret.encode() not in text, "the page tells of an engineer"
    status, _, text = fetch(said["check_link"][:-1] + "~")
    assert status == 404 and b'class="verdict go"' not in text, "a guessed code"
    return said["check_link"]


def letter_refusals(w):
    with left_to_people(w, "letter-review"):
        c = w.create()
        before = w.until(c, "Allocated")

        def apply(*changes, **fields):
            return lambda: w.call("ApplyPhysicalConnectionLOA", **application(c, *changes, **fields))

        third = [engineer(1), engineer(2), engineer(3, PMName=None)]
        for code, act in (
            ("MissingParam.PMInfo", apply(0)),
            ("MissingParam.PMInfo", apply(PMInfo=third)),
            ("IllegalParam.PmCertificateType", apply(PMInfo=[engineer(1, PMCertificateType="Library card")])),
            ("IllegalParam.PmGender", apply(PMInfo=[engineer(1, PMGender="male")])),
            ("IllegalParam.LineType", apply(LineType="String")),
            ("InvalidConstructionTime.Malformed", apply(ConstructionTime="tomorrow")),
            ("IllegalParam.Bandwidth", apply(Bandwidth=1)),
            ("InvalidInstanceId.NotFound", lambda: w.call("ApplyPhysicalConnectionLOA", **application(UNKNOWN_ID))),
            ("InvalidInstanceId.NotFound", lambda: w.foreign("ApplyPhysicalConnectionLOA", **application(c))),
            ("IncorrectStatus.PhysicalConnectionLOA", lambda: w.call("CompletePhysicalConnectionLOA", InstanceId=c)),
        ):
            refused(400, code, act)
        equal(w.circuit(c), before, "circuit after the refusals")


def price_of(w, c, **term):
    return w.tenant.operator("DescribePhysicalConnectionOrderPrice", PhysicalConnectionId=c, RegionId="cn-hangzhou", **term)


def balance(w):
    data = w.tenant.billing("QueryAccountBalance")["Data"]
    equal(data["Currency"], "CNY", "Currency")
    return round(float(data["AvailableAmount"].replace(",", "")) * 100)


def confirmed(w):
    c = w.create()
    w.until(c, "Allocated")
    w.call("ConfirmPhysicalConnection", PhysicalConnectionId=c)
    return c


def order(w, c, **fields):
    return w.call("CreatePhysicalConnectionOccupancyOrder", PhysicalConnectionId=c, **fields)["Data"]["OrderId"]


def order_at_once(w):
    c = w.create()
    w.until(c, "Allocated")
    refused(400, "Forbidden.NotAllowedInState", lambda: order(w, c, AutoPay=True))
    w.call("ConfirmPhysicalConnection", PhysicalConnectionId=c)
    for code, fields in (
        ("InvalidPhysicalConnectionPeriod.Malformed", {"Period": 10, "PricingCycle": "Month"}),
        ("InvalidPhysicalConnectionPeriod.Malformed", {"Period": 6, "PricingCycle": "Year"}),
        ("InvalidPhysicalConnectionPricingCycle.Malformed", {"PricingCycle": "Week"}),
        ("InvalidPhysicalConnectionChargeType.Malformed", {"InstanceChargeType": "PostPaid"}),
    ):
        refused(400, code, lambda: order(w, c, AutoPay=True, **fields))
    refused(404, "InvalidPhysicalConnectionId.NotFound", lambda: order(w, UNKNOWN_ID))
    before = balance(w)
    token = unique("order")
    number = order(w, c, AutoPay=True, Period=1, PricingCycle="Year", ClientToken=token)
    assert number.isdigit(), f"OrderId: {number!r}"
    row = w.circuit(c)
    equal((row["Status"], row["ChargeType"], row["HasReservationData"]), ("Enabled", "Prepaid", "false"), "circuit once paid")
    assert UTC.match(row["EndTime"]) and UTC.match(row["EnabledTime"]), f"times: {row!r}"
    equal(row["EndTime"][:4], str(int(row["EnabledTime"][:4]) + 1), "a year later")
    assert balance(w) < before, "the balance has not fallen"
    paid = balance(w)
    equal(order(w, c, AutoPay=True, Period=1, PricingCycle="Year", ClientToken=token), number, "replay")
    equal(balance(w), paid, "balance after the replay")
    refused(400, "Forbidden.NotAllowedInState", lambda: order(w, c))


def order_on_account(w):
    with left_to_people(w, "settling"):
        c = confirmed(w)
        before = balance(w)
        number = order(w, c, Period=2)
        equal((w.circuit(c)["Status"], w.circuit(c).get("ChargeType") or "", balance(w)), ("Confirmed", "", before), "before it is paid")
        refused(400, "INSTANCE.STATUS.NOT.ALLOW", lambda: order(w, c))
        w.operate("PayOrder", OrderId=number)
        equal((w.circuit(c)["Status"], w.circuit(c)["ChargeType"]), ("Enabled", "Prepaid"), "once it is paid")
        assert balance(w) < before, "the balance has not fallen"
        end = w.circuit(c)["EndTime"]
        w.operate("RenewPhysicalConnection", PhysicalConnectionId=c, Period=1, PricingCycle="Year")
        row = w.circuit(c)
        equal((row["HasReservationData"], row["EndTime"]), ("true", end), "a renewal that waits")
        assert not row.get("ReservationActiveTime"), "shown only when asked for"
        row = w.list([("PhysicalConnectionId", [c])], IncludeReservationData=True)[0][0]
        equal((row["ReservationOrderType"], row["ReservationInternetChargeType"], row["ReservationActiveTime"]), ("RENEW", "PayByBandwidth", end), "reservation")


TESTS = [letter, letter_refusals, order_at_once, order_on_account]
