//! What the model says that lists hold: how many rows in all, and what the rows of the page asked for show.

use super::circuits::{Line, spec, waits_for_operator};
use super::letters::WAITING;
use super::money::amount;
use super::{Args, Model, Order, get, is_true, labels, list, number, time};
use crate::house::Who;
use serde_json::{Value, json};

/// Where an answer has its rows, and where their total.
pub(crate) const LISTS: &[(&str, &str, &str)] = &[
    ("DescribePhysicalConnections", "/PhysicalConnectionSet/PhysicalConnectionType", "/TotalCount"),
    ("DescribeWorkQueue", "/WorkItems/WorkItem", "/TotalCount"),
    ("DescribePorts", "/Ports/Port", "/TotalCount"),
    ("DescribeAccounts", "/Accounts/Account", "/TotalCount"),
    ("DescribeAccountStatement", "/Movements/Movement", "/TotalCount"),
    ("DescribeOrders", "/Orders/Order", "/TotalCount"),
    ("QueryOrders", "/Data/OrderList/Order", "/Data/TotalCount"),
    ("GetOrderDetail", "/Data/OrderList/Order", "/Data/TotalCount"),
    ("QueryAvailableInstances", "/Data/InstanceList", "/Data/TotalCount"),
];

/// The total of a whole list, and the rows of the page asked for; no others are written out.
fn page<T>(args: &Args, whole: &[T], row: impl Fn(&T) -> Value) -> (usize, Vec<Value>) {
    cut(number(args, "PageNumber", 1), number(args, "PageSize", 10).min(50), whole, row)
}

/// The same with the billing product's names and its longer pages.
fn billing_page<T>(args: &Args, whole: &[T], row: impl Fn(&T) -> Value) -> (usize, Vec<Value>) {
    cut(number(args, "PageNum", 1), number(args, "PageSize", 20), whole, row)
}

fn cut<T>(page: i64, size: i64, whole: &[T], row: impl Fn(&T) -> Value) -> (usize, Vec<Value>) {
    let (page, size) = (usize::try_from(page).unwrap(), usize::try_from(size).unwrap());
    let rows = whole.iter().skip((page - 1).saturating_mul(size)).take(size);
    (whole.len(), rows.map(row).collect())
}

impl Model {
    /// What a list should show: the total, and the members of each row of the page. Nothing for what is no list.
    pub(crate) fn listed(&self, who: Who, action: &str, args: &Args) -> Option<(usize, Vec<Value>)> {
        Some(match action {
            "DescribePhysicalConnections" => {
                let reserved = is_true(args, "IncludeReservationData");
                page(args, &self.wanted(who, args), |line| line.shown(reserved))
            }
            "DescribeWorkQueue" => page(args, &self.waiting(args), |item| item.2.clone()),
            "DescribePorts" => page(
                args,
                &self.wanted_ports(args),
                |port| json!({"PortId": port.id, "DeviceId": port.device, "State": port.state}),
            ),
            "DescribeAccounts" => {
                let asked = |id: &&String| get(args, "AccountId").is_none_or(|asked| *id == asked);
                let ids: Vec<_> = self.wallets.keys().filter(asked).collect();
                page(
                    args,
                    &ids,
                    |id| json!({"AccountId": id, "Balance": amount(self.wallets[*id].balance), "Currency": "CNY"}),
                )
            }
            "DescribeAccountStatement" => self.statement(who, args),
            "DescribeOrders" => page(args, &self.wanted_orders(args), |order| order.shown()),
            "QueryOrders" => billing_page(args, &self.bills(who, args), |order| order.billed()),
            "GetOrderDetail" => {
                let order = get(args, "OrderId").and_then(|id| self.order_of(id))?;
                (1, vec![self.orders[order].billed()])
            }
            "QueryAvailableInstances" => {
                billing_page(args, &self.instances(who, args), |line| instance(line))
            }
            _ => return None,
        })
    }

    fn wanted(&self, who: Who, args: &Args) -> Vec<&Line> {
        let labels = labels(args, &["Tags", "Tag"]);
        let filters: Vec<_> = (1..=5)
            .filter_map(|at| get(args, &format!("Filter.{at}.Key")).map(|key| (at, key)))
            .map(|(at, key)| (key, list(args, &format!("Filter.{at}.Value"))))
            .filter(|(_, values)| !values.is_empty())
            .collect();
        let field = |line: &Line, key: &str| -> String {
            match key {
                "PhysicalConnectionId" => line.id.clone(),
                "AccessPointId" => line.point.clone(),
                "Type" => "VPC".to_owned(),
                "LineOperator" => line.carrier.clone(),
                "Spec" => spec(&line.port_type).to_owned(),
                "Status" => line.status.to_owned(),
                "Name" => line.texts["name"].clone(),
                _ => "PhysicalConnection".to_owned(),
            }
        };
        let spaced = |value: &str| value.replace("AllocationFailed", "Allocation Failed");
        self.lines
            .iter()
            .filter(|line| {
                line.account == who.account() && Some(line.region.as_str()) == get(args, "RegionId")
            })
            .filter(|line| get(args, "ResourceGroupId").is_none_or(|group| line.group == group))
            .filter(|line| {
                labels.iter().all(|(key, value)| {
                    line.tags.get(key).is_some_and(|held| value.as_ref().is_none_or(|value| held == value))
                })
            })
            .filter(|line| {
                filters.iter().all(|(key, values)| {
                    let held = field(line, key);
                    values
                        .iter()
                        .any(|value| if *key == "Status" { spaced(value) == held } else { *value == held })
                })
            })
            .collect()
    }

    /// What waits for an operator, oldest first: since when, what it is called, and what is shown of it.
    fn waiting(&self, args: &Args) -> Vec<(i64, String, Value)> {
        let (mut items, kind, status) = (Vec::new(), get(args, "ResourceType"), get(args, "Status"));
        let mut add = |word: &str, id: &str, since: i64, status: &str, rest: Value| {
            if kind.is_none_or(|kind| kind == word) {
                let mut item = rest;
                item["ResourceType"] = word.into();
                item["ResourceId"] = id.into();
                item["Status"] = status.into();
                item["Since"] = time::wire(since).into();
                items.push((since, id.to_owned(), item));
            }
        };
        for line in &self.lines {
            let rest = json!({
                "PhysicalConnectionId": line.id, "AccountId": line.account, "RegionId": line.region,
                "AccessPointId": line.point, "PortType": line.port_type, "Name": line.texts["name"],
            });
            // A status that is asked for is a circuit's.
            let wanted = status.is_none_or(|status| line.status == status);
            let comes_first = line.has_letter_under_way() || line.unpaid.is_some();
            if wanted && waits_for_operator(line.status) && !comes_first {
                add("PHYSICALCONNECTION", &line.id, line.since, line.status, rest);
            } else if let Some(letter) = line.letter.as_ref().filter(|_| status.is_none())
                && WAITING.contains(&letter.status)
            {
                add("PHYSICALCONNECTIONLOA", &line.id, letter.since, letter.status, rest);
            }
        }
        for order in self.orders.iter().filter(|order| status.is_none() && order.status == "Unpaid") {
            let rest = json!({
                "PhysicalConnectionId": order.circuit, "AccountId": order.account,
                "RegionId": order.region, "AccessPointId": order.point, "PortType": order.port_type,
                "Name": "",
            });
            add("ORDER", &order.id, order.created, order.status, rest);
        }
        items.sort_by(|one, next| (one.0, &one.1).cmp(&(next.0, &next.1)));
        items
    }

    fn wanted_ports(&self, args: &Args) -> Vec<&super::Port> {
        let mut ports: Vec<_> = self
            .ports
            .iter()
            .filter(|port| get(args, "DeviceId").is_none_or(|id| port.device == id))
            .filter(|port| get(args, "AccessPointId").is_none_or(|id| port.point == id))
            .filter(|port| get(args, "PortType").is_none_or(|word| port.port_type == word))
            .filter(|port| get(args, "State").is_none_or(|word| port.state == word))
            .collect();
        ports.sort_by_key(|port| (port.device.as_str(), port.position, port.id.as_str()));
        ports
    }

    fn statement(&self, who: Who, args: &Args) -> (usize, Vec<Value>) {
        let account = self.account_asked(who, args).expect("the statement was shown");
        let mut movements: Vec<_> = (1..).zip(&self.wallets[account].movements).collect();
        if !is_true(args, "OldestFirst") {
            movements.reverse();
        }
        page(args, &movements, |(number, movement)| self.movement_shown(*number, movement))
    }

    fn wanted_orders(&self, args: &Args) -> Vec<&Order> {
        let is = |name: &str, held: &str| get(args, name).is_none_or(|asked| asked == held);
        let wanted = |order: &&Order| {
            is("OrderId", &order.id)
                && is("AccountId", &order.account)
                && is("PhysicalConnectionId", &order.circuit)
                && is("Status", order.status)
        };
        self.orders.iter().filter(wanted).collect()
    }

    /// The caller's orders, newest first.
    fn bills(&self, who: Who, args: &Args) -> Vec<&Order> {
        let is = |name: &str, held: &str| get(args, name).is_none_or(|asked| asked == held);
        let wanted = |order: &&Order| {
            let (kind, status) = order.in_billing();
            order.account == who.account()
                && is("OrderType", kind)
                && is("PaymentStatus", status)
                && is("ProductCode", "expressconnect")
                && within(args, "CreateTime", Some(order.created))
        };
        self.orders.iter().rev().filter(wanted).collect()
    }

    /// The caller's circuits that are in service and paid for, region by region.
    fn instances(&self, who: Who, args: &Args) -> Vec<&Line> {
        let is = |name: &str, held: &str| get(args, name).is_none_or(|asked| asked == held);
        let ids = get(args, "InstanceIDs");
        let among = |id: &str| ids.is_none_or(|ids| ids.split(',').any(|one| one.trim() == id));
        let wanted = |line: &&Line| {
            line.account == who.account()
                && line.status == "Enabled"
                && line.prepaid
                && is("Region", &line.region)
                && is("ProductCode", "expressconnect")
                && is("SubscriptionType", "Subscription")
                && is("RenewStatus", renewal(line))
                && among(&line.id)
                && within(args, "CreateTime", Some(line.created))
                && within(args, "EndTime", line.end)
        };
        let mut lines: Vec<_> = self.lines.iter().filter(wanted).collect();
        lines.sort_by_key(|line| line.region.as_str());
        lines
    }
}

/// Whether an instant lies between those that are asked for, both included, to the second.
fn within(args: &Args, name: &str, at: Option<i64>) -> bool {
    let bound = |end: &str| get(args, &format!("{name}{end}"));
    match (bound("Start"), bound("End")) {
        (None, None) => true,
        (from, to) => at.map(time::wire).is_some_and(|at| {
            from.is_none_or(|from| from <= at.as_str()) && to.is_none_or(|to| at.as_str() <= to)
        }),
    }
}

fn renewal(line: &Line) -> &'static str {
    if line.auto_months > 0 { "AutoRenewal" } else { "ManualRenewal" }
}

/// A circuit as the billing product shows it.
fn instance(line: &Line) -> Value {
    let months = Some(line.auto_months).filter(|months| *months > 0);
    json!({
        "InstanceID": line.id, "OwnerId": line.account.parse::<i64>().unwrap(), "Region": line.region,
        "ProductCode": "expressconnect", "ProductType": "physicalconnection",
        "SubscriptionType": "Subscription",
        "Status": if line.business == "FinancialLocked" { "Expired" } else { "Normal" },
        "CreateTime": time::wire(line.created), "EndTime": time::wire_or_empty(line.end),
        "RenewStatus": renewal(line), "RenewalDuration": months, "RenewalDurationUnit": months.map(|_| "M"),
    })
}
