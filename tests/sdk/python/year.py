"""A year and more of business on a manual clock, by alibabacloud_vpc20160428 and its generic call.

From an order through a refused letter, a second application, issue, completion, payment, expiry, lock,
renewal and unlock to termination. Nothing waits: the operator moves the time.
"""

import scenario
from business import application, letter_of
from scenario import equal, refused
from tea import maker

STEPS = ["review", "reservation", "letter-review", "letter-issue", "construction", "settling"]
DAY_S = 24 * 60 * 60


def advance(w, days):
    return w.operate("AdvanceTime", Seconds=days * DAY_S)["Now"]


def end_of(w, c):
    return w.circuit(c)["EndTime"]


def to_enabled(w):
    """By people alone: every step is taken by somebody, and each state is seen."""
    c = w.create()
    target = {"PhysicalConnectionId": c}
    equal(w.circuit(c)["Status"], "Initial", "Status")
    advance(w, 3)
    w.operate("ApprovePhysicalConnection", **target)
    equal(w.circuit(c)["Status"], "Allocating", "Status")
    w.operate("AllocatePhysicalConnection", **target)
    equal(w.circuit(c)["Status"], "Allocated", "Status")

    w.call("ApplyPhysicalConnectionLOA", **application(c))
    advance(w, 2)
    w.operate("RejectPhysicalConnectionLOA", Reason="No escort that week", **target)
    equal(w.circuit(c)["LoaStatus"], "Rejected", "LoaStatus")
    w.call("SecondApplyPhysicalConnectionLOA", **application(c))
    w.operate("ApprovePhysicalConnectionLOA", **target)
    w.operate("IssuePhysicalConnectionLOA", **target)
    url = letter_of(w, c)["LoaUrl"]
    assert url, "no LoaUrl once issued"
    advance(w, 30)
    assert letter_of(w, c)["LoaUrl"] != url, "a link is good for a short time"
    w.call("CompletePhysicalConnectionLOA", InstanceId=c, FinishWork=True)
    w.operate("AcceptPhysicalConnectionConstruction", **target)
    row = w.circuit(c)
    equal((row["Status"], row["LoaStatus"]), ("Confirmed", "Complete"), "once accepted")

    w.call("CreatePhysicalConnectionOccupancyOrder", AutoPay=True, Period=1, PricingCycle="Month", **target)
    equal(w.circuit(c)["Status"], "Enabled", "Status once paid")
    return c


def a_year(w):
    for step in STEPS:
        w.operate("SetAutopilot", Step=step, Outcome="leave", DelaySeconds=0)
    began = w.operate("DescribeTime")["Now"]
    c = to_enabled(w)
    target = {"PhysicalConnectionId": c}

    # Renewed in time: the renewal waits until the first month is over.
    first = end_of(w, c)
    advance(w, 20)
    w.operate("RenewPhysicalConnection", Period=1, PricingCycle="Month", **target)
    equal((w.circuit(c)["HasReservationData"], end_of(w, c)), ("true", first), "a renewal that waits")
    advance(w, 20)
    second = end_of(w, c)
    assert second > first, f"{second} does not come after {first}"
    equal(w.circuit(c)["HasReservationData"], "false", "a renewal that took effect")

    # Not renewed: locked on the day, and unlocked by the payment.
    w.operate("AdvanceTime", To=second)
    row = w.circuit(c)
    equal((row["Status"], row["BusinessStatus"]), ("Enabled", "FinancialLocked"), "on the day it ends")
    refused(400, "Forbidden.BillsOutstanding", w.create)
    advance(w, 5)
    w.operate("RenewPhysicalConnection", Period=1, PricingCycle="Year", **target)
    row = w.circuit(c)
    equal((row["BusinessStatus"], row["EndTime"]), ("Normal", str(int(second[:4]) + 1) + second[4:]), "once paid")
    w.call("CancelPhysicalConnection", PhysicalConnectionId=w.create())

    now = advance(w, 330)
    assert now[:4] > began[:4], f"{now} is not a year after {began}"
    equal(w.circuit(c)["BusinessStatus"], "Normal", "BusinessStatus after most of a year")
    w.call("TerminatePhysicalConnection", **target)
    w.operate("AdvanceTime", Seconds=60)
    equal(w.circuit(c)["Status"], "Terminated", "Status")
    w.delete(c)


if __name__ == "__main__":
    scenario.run("python-year", [("acs3", maker(None))], tests=[a_year])
