//! Calls on labels and resource groups under their other names: drawn so that resource, kind, region and caller mostly
//! belong together. What they list is compared here too, page after page to the end.

use super::routers::{caller, push};
use super::{Call, Simulation};
use crate::house::{Who, text};
use crate::model::labels::ACTIONS;
use crate::model::{Args, get};
use connect::action::Entry;
use rpc::Params;
use serde_json::Value;

/// Whether calls of this action are drawn here.
pub(super) fn is_drawn(entry: &Entry) -> bool {
    ACTIONS.contains(&entry.name())
}

impl Simulation {
    /// Who has it, where, what it is, and its id: a circuit or a router, now and then none.
    fn some_thing(&mut self) -> (Who, String, &'static str, String) {
        let (who, region, id) = self.some_line();
        match self.some_router().filter(|_| self.chance.bool()) {
            Some(router) => (caller(&router.account), router.region, "VIRTUALBORDERROUTER", router.id),
            None if self.chance.u8(0..3) == 0 => match self.chance.choice(&self.model.traffic) {
                Some(policy) => {
                    (caller(&policy.account), policy.region.clone(), "TRAFFICQOS", policy.id.clone())
                }
                None => (who, region, "TRAFFICQOS", "qos-none".to_owned()),
            },
            None if self.chance.u8(0..3) == 0 => match self.some_interface(|_| true) {
                Some(of) => (caller(&of.account), of.region, "ROUTERINTERFACE", of.id),
                None => (who, region, "ROUTERINTERFACE", "ri-none".to_owned()),
            },
            None => match self.chance.choice(&self.model.hosted).filter(|_| self.chance.u8(0..3) == 0) {
                Some(hosted) => {
                    (caller(&hosted.account), hosted.region.clone(), "PHYSICALCONNECTION", hosted.id.clone())
                }
                None => (who, region, "PHYSICALCONNECTION", id),
            },
        }
    }

    /// A call of this action, now and then with one thing wrong.
    pub(super) fn draw_label(&mut self, entry: &'static Entry) -> Call {
        let (who, region, kind, id) = self.some_thing();
        let kind = if self.chance.u8(0..20) == 0 { "ROUTERINTERFACE" } else { kind };
        let region =
            if self.chance.u8(0..20) == 0 { self.among(&["east", "west", "nowhere"]) } else { &region };
        let mut call = Call { who, entry, args: Args::new(), flaw: None };
        match entry.name() {
            "ListResourceGroups" => self.draw_group_list(&mut call.args),
            "ChangeResourceGroup" => {
                let group = self.among(&["rg-1", "rg-2", "rg-3", "rg-default"]);
                let which = [("ResourceId", &*id), ("ResourceType", kind), ("NewResourceGroupId", group)];
                push(&mut call.args, &[("RegionId", region)]);
                push(&mut call.args, &which);
            }
            _ => {
                push(&mut call.args, &[("RegionId", region)]);
                self.draw_labels(&mut call, kind, &id);
            }
        }
        if self.chance.u8(0..20) == 0 {
            call.who = self.someone();
        }
        if self.chance.u8(0..10) == 0 {
            let field = &entry.fields[self.chance.usize(0..entry.fields.len())];
            let (drawn, dotted) = (call.args.clone(), format!("{}.", field.name));
            call.args.retain(|(name, _)| name != field.name && !name.starts_with(&dotted));
            if !self.draw_wrong(field, &mut call) {
                call.args = drawn;
            }
        }
        call
    }

    fn draw_group_list(&mut self, args: &mut Args) {
        let names: &[&str] = &["rg-1", "rg-2", "default"];
        let words: &[(&str, &[&str])] = &[
            ("Status", &["OK", "OK", "OK", "Creating"]),
            ("ResourceGroupId", &["rg-1", "rg-2", "rg-default"]),
            ("ResourceGroupIds.1", &["rg-1", "rg-default"]),
            ("Name", names),
            ("DisplayName", names),
            ("PageNumber", &["1", "2"]),
            ("PageSize", &["1", "2", "100"]),
        ];
        let few = self.chance.usize(0..words.len());
        self.draw_some(args, &words[few..]);
        if get(args, "ResourceGroupIds.1").is_some() {
            self.draw_some(args, &[("ResourceGroupIds.2", &["rg-2", "rg-3"])]);
        }
    }

    fn draw_labels(&mut self, call: &mut Call, kind: &str, id: &str) {
        let (action, args) = (call.entry.name(), &mut call.args);
        let writes = action.starts_with("Tag") || action.starts_with("Untag");
        let keys = action.starts_with("DescribeTagKeys");
        if !keys || self.chance.u8(0..4) > 0 {
            push(args, &[("ResourceType", kind)]);
        }
        if writes || self.chance.bool() {
            push(args, &[("ResourceId.1", id)]);
            if self.chance.u8(0..5) == 0 {
                let (_, _, _, other) = self.some_thing();
                push(args, &[("ResourceId.2", &other)]);
            }
        }
        if writes {
            let given = if action.starts_with("Tag") { "Tag" } else { "TagKey" };
            for at in 1..=self.chance.usize(0..4) {
                let key = format!("key{}", self.chance.u8(0..25));
                if given == "TagKey" {
                    push(args, &[(&format!("TagKey.{at}"), &key)]);
                    continue;
                }
                push(args, &[(&format!("Tag.{at}.Key"), &key)]);
                self.draw_some(args, &[(&format!("Tag.{at}.Value"), &["value0", "value1"])]);
            }
            if given == "TagKey" {
                self.draw_some(args, &[("All", &["true", "false", "1"])]);
            }
            return;
        }
        let size = if keys { "MaxResult" } else { "MaxResults" };
        self.draw_some(args, &[(size, &["1", "2", "100"]), ("NextToken", &["", "", "", "zz"])]);
        if keys {
            self.draw_some(args, &[("Keyword", &["key", "1", "KEY"])]);
        } else if self.chance.u8(0..3) == 0 {
            let key = format!("key{}", self.chance.u8(0..25));
            push(args, &[("Tag.1.Key", &key)]);
            self.draw_some(args, &[("Tag.1.Value", &["value0"]), ("Tag.2.Key", &["key1", "key2"])]);
        }
    }

    /// A list of labels, of keys or of groups holds what the model says.
    pub(super) fn compare_labels(&mut self, call: &Call, value: &Value) {
        let args = &call.args;
        match call.entry.name() {
            "ListTagResourcesForExpressConnect" => {
                let names = ["ResourceId", "ResourceType", "TagKey", "TagValue"];
                let row = |row: &Value| names.map(|name| text(row, name));
                let rows = self.pages(call, value, "MaxResults", "/TagResources/TagResource", row);
                assert_eq!(rows, self.model.wanted_labels(call.who, args), "the labels");
            }
            "DescribeTagKeysForExpressConnect" => {
                let row = |row: &Value| {
                    assert_eq!(row["Type"], "Custom", "whose label it is");
                    text(row, "TagKey")
                };
                let keys = self.pages(call, value, "MaxResult", "/TagKeys/TagKey", row);
                assert_eq!(keys, self.model.wanted_keys(call.who, args), "the keys");
            }
            "ListResourceGroups" => {
                let wanted = self.model.wanted_groups(call.who, args);
                let number = |name: &str, default: &str| {
                    get(args, name).unwrap_or(default).parse::<usize>().expect("a number")
                };
                let size = number("PageSize", "10");
                let skip = (number("PageNumber", "1") - 1).saturating_mul(size);
                let page: Vec<_> = wanted.iter().skip(skip).take(size).cloned().collect();
                let rows = value.pointer("/ResourceGroups/ResourceGroup").and_then(Value::as_array);
                let shown = |row: &Value| {
                    let rest = [text(row, "DisplayName"), text(row, "AccountId"), text(row, "Status")];
                    assert_eq!(rest, [&text(row, "Name"), call.who.account(), "OK"], "of a group");
                    ["Id", "Name", "CreateDate"].map(|name| text(row, name))
                };
                let rows: Vec<_> = rows.expect("the groups are there").iter().map(shown).collect();
                assert_eq!(rows, page, "the groups of the page");
                assert_eq!(value["TotalCount"], wanted.len(), "the total");
            }
            _ => {}
        }
    }

    /// The rows of all pages, of which only the last may be short.
    pub(super) fn pages<T>(
        &mut self,
        call: &Call,
        first: &Value,
        size: &str,
        place: &str,
        row: impl Fn(&Value) -> T,
    ) -> Vec<T> {
        let size = get(&call.args, size).unwrap_or("20").parse::<usize>().expect("a number");
        let (mut answer, mut all, mut before) = (first.clone(), Vec::new(), String::new());
        loop {
            let rows = answer.pointer(place).and_then(Value::as_array).expect("the rows are there");
            all.extend(rows.iter().map(&row));
            let token = text(&answer, "NextToken");
            if token.is_empty() {
                assert!(rows.len() <= size, "no page is longer than asked for");
                return all;
            }
            assert_eq!(rows.len(), size, "a page before another is full");
            assert_ne!(token, before, "the next page is another");
            before.clone_from(&token);
            let mut args = call.args.clone();
            args.retain(|(name, _)| name != "NextToken");
            push(&mut args, &[("NextToken", &token)]);
            let body = self.house.body(call.who, call.entry.name(), &Params::from_pairs(args));
            answer = serde_json::from_slice(&body.expect("the next page")).expect("JSON");
            let more = answer.pointer(place).and_then(Value::as_array).is_some_and(|rows| !rows.is_empty());
            assert!(more, "a page that is announced has rows");
        }
    }
}
