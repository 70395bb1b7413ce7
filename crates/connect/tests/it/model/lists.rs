//! What the model says that lists hold, in their order.

use super::{Args, Line, Model, get, labels, list};
use crate::house::Who;
use connect::circuit::states::waits_for_operator;

impl Model {
    /// The ids that a list of circuits should hold, over all pages.
    pub(crate) fn wanted(&self, who: Who, args: &Args) -> Vec<&str> {
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
                "Spec" => line.port_type.spec().to_owned(),
                "Status" => line.status.as_str().to_owned(),
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
            .map(|line| line.id.as_str())
            .collect()
    }

    /// The ids that the work queue should hold, oldest first.
    pub(crate) fn waiting(&self, args: &Args) -> Vec<&str> {
        let mut lines: Vec<_> = self
            .lines
            .iter()
            .filter(|line| waits_for_operator(line.status))
            .filter(|_| get(args, "ResourceType").is_none_or(|kind| kind == "PHYSICALCONNECTION"))
            .filter(|line| get(args, "Status").is_none_or(|status| line.status.as_str() == status))
            .collect();
        lines.sort_by_key(|line| (line.since, line.id.as_str()));
        lines.into_iter().map(|line| line.id.as_str()).collect()
    }

    /// The ids that a list of ports should hold.
    pub(crate) fn listed_ports(&self, args: &Args) -> Vec<&str> {
        let mut ports: Vec<_> = self
            .ports
            .iter()
            .filter(|port| get(args, "DeviceId").is_none_or(|id| port.device == id))
            .filter(|port| get(args, "AccessPointId").is_none_or(|id| port.point == id))
            .filter(|port| get(args, "PortType").is_none_or(|word| port.port_type == word))
            .filter(|port| get(args, "State").is_none_or(|word| port.state == word))
            .collect();
        ports.sort_by_key(|port| (port.device.as_str(), port.position, port.id.as_str()));
        ports.into_iter().map(|port| port.id.as_str()).collect()
    }
}
