//! Devices and ports: what a circuit can be put on. A port is free, used by a circuit, reserved by the operator, or
//! broken; only this module writes a port's state.

use crate::action::{About, Codes, Command, Query, Replay, Result};
use crate::catalogue::Catalogue;
use crate::circuit::Circuit;
use crate::circuit::parameters::{AccessPointId, ClientToken, Reason};
use crate::circuit::port_type::PortType;
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::{Cx, View};
use crate::limits::PORT_ATTEMPTS_MAX;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::reply::Nothing;
use rpc::{Choice, Reply, Wire};
use store::{Arg, Read, ReadExt, Tx};

rpc::text! {
    /// A port's id: its device's id, a colon, its number.
    pub struct PortId { min: 1, max: 128 }
}

rpc::text! {
    /// A device's id.
    pub struct DeviceId { min: 1, max: 128 }
}

/// State of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum PortState {
    /// Can be taken.
    #[choice("free")]
    Free,
    /// A circuit is on it.
    #[choice("used")]
    Used,
    /// Kept back by the operator.
    #[choice("reserved")]
    Reserved,
    /// Out of order.
    #[choice("broken")]
    Broken,
}

/// Where a circuit sits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The port's id.
    pub port_id: String,
    /// `1/1/4` and the like.
    pub number: String,
    /// The device's id.
    pub device_id: String,
    /// The building.
    pub location: String,
    /// Building, room and rack.
    pub detail: String,
}

/// Writes the devices and ports of the catalogue that the store does not hold yet.
pub(crate) fn stock(tx: &mut dyn Tx, catalogue: &Catalogue) -> Result<()> {
    for (region, point) in catalogue.access_points() {
        for device in &point.devices {
            tx.exec(
                "insert into device (id, access_point_id, region, location, direct_enable)
                 values ($1, $2, $3, $4, $5) on conflict (id) do update set location = excluded.location,
                 direct_enable = excluded.direct_enable",
                &[
                    Arg::from(&device.id),
                    Arg::from(&point.id),
                    Arg::from(&region.id),
                    Arg::from(&device.location),
                    Arg::from(device.direct_enable),
                ],
            )?;
            let mut position = 0;
            for run in &device.ports {
                for index in 1..=run.count {
                    position += 1;
                    let number = format!("{}/{index}", run.slot);
                    stock_port(tx, &device.id, &point.id, &run.port_type, &number, position)?;
                }
            }
        }
    }
    Ok(())
}

fn stock_port(
    tx: &mut dyn Tx,
    device: &str,
    point: &str,
    port_type: &str,
    number: &str,
    position: i64,
) -> Result<()> {
    let id = format!("{device}:{number}");
    tx.exec(
        "insert into port (id, device_id, access_point_id, port_type, number, position, state, reason)
         values ($1, $2, $3, $4, $5, $6, 'free', '') on conflict (id) do nothing",
        &[
            Arg::from(&id),
            Arg::from(device),
            Arg::from(point),
            Arg::from(port_type),
            Arg::from(number),
            Arg::from(position),
        ],
    )?;
    Ok(())
}

fn free_port(read: &mut dyn Read, access_point: &str, port_type: PortType) -> Result<Option<String>> {
    Ok(read.one(
        "select id from port where access_point_id = $1 and port_type = $2 and state = 'free'
         order by position, id limit 1",
        &[Arg::from(access_point), Arg::from(port_type.as_str())],
        |row| row.text(0).map(str::to_owned),
    )?)
}

/// Whether the access point has a free port of this type.
pub(crate) fn has_free_port(read: &mut dyn Read, access_point: &str, port_type: PortType) -> Result<bool> {
    Ok(free_port(read, access_point, port_type)?.is_some())
}

/// Whether circuits on this device may be enabled without an order.
pub(crate) fn allows_direct_enable(read: &mut dyn Read, device: &str) -> Result<bool> {
    let allowed =
        read.one("select direct_enable from device where id = $1", &[Arg::from(device)], |row| row.flag(0))?;
    Ok(allowed.unwrap_or(false))
}

/// Puts the circuit on the first free port that fits. Others may take ports at the same time: a port that is gone
/// when it is written is passed over.
pub(crate) fn occupy_any(cx: &mut Cx<'_>, circuit: &Circuit) -> Result<Seat> {
    for _ in 0..PORT_ATTEMPTS_MAX {
        let Some(port) = free_port(cx.tx, &circuit.access_point_id, circuit.port_type)? else { break };
        if take(cx, circuit, &port)? {
            return seat(cx, &port);
        }
    }
    Err((&codes::INVALID_PORT_TYPE_NONE_FREE).into())
}

/// Puts the circuit on the named port: of its access point and type, and free or reserved by the operator.
pub(crate) fn occupy(cx: &mut Cx<'_>, circuit: &Circuit, port: &str) -> Result<Seat> {
    let fits = cx.tx.one(
        "select access_point_id, port_type from port where id = $1",
        &[Arg::from(port)],
        |row| Ok(row.text(0)? == circuit.access_point_id && row.text(1)? == circuit.port_type.as_str()),
    )?;
    match fits {
        Some(true) if take(cx, circuit, port)? => seat(cx, port),
        Some(_) => Err((&codes::INVALID_STATUS_PORT_TAKEN).into()),
        None => Err((&codes::INVALID_PORT_ID_NOT_FOUND).into()),
    }
}

fn take(cx: &mut Cx<'_>, circuit: &Circuit, port: &str) -> Result<bool> {
    let taken = cx.tx.exec(
        "update port set state = 'used', circuit_id = $1, reason = ''
         where id = $2 and state in ('free', 'reserved')",
        &[Arg::from(&circuit.id), Arg::from(port)],
    )?;
    Ok(taken == 1)
}

fn seat(cx: &mut Cx<'_>, port: &str) -> Result<Seat> {
    let found = cx.tx.one(
        "select port.number, device.id, device.access_point_id, device.location from port
         join device on device.id = port.device_id where port.id = $1",
        &[Arg::from(port)],
        |row| {
            let text = |index| row.text(index).map(str::to_owned);
            Ok((text(0)?, text(1)?, text(2)?, text(3)?))
        },
    )?;
    let (number, device_id, access_point, room) = found.ok_or(&codes::INVALID_PORT_ID_NOT_FOUND)?;
    let location = cx
        .world
        .catalogue
        .access_point(&access_point)
        .map(|(_, point)| point.location.clone())
        .unwrap_or_default();
    let detail = format!("{location}, {room}");
    Ok(Seat { port_id: port.to_owned(), number, device_id, location, detail })
}

/// Gives a port back. A port that was found broken meanwhile stays broken.
pub(crate) fn vacate(cx: &mut Cx<'_>, port: &str) -> Result<()> {
    cx.tx.exec(
        "update port set state = case when state = 'used' then 'free' else state end, circuit_id = null
         where id = $1",
        &[Arg::from(port)],
    )?;
    Ok(())
}

/// Lists devices.
#[derive(Wire)]
pub struct DescribeDevices {
    /// Only devices of this access point.
    access_point_id: Option<AccessPointId>,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
}

/// A page of devices.
#[derive(Reply)]
pub struct Devices {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The devices.
    devices: DeviceSet,
}

/// The devices of a page.
#[derive(Reply)]
pub struct DeviceSet {
    /// One device each.
    device: Vec<DeviceAnswer>,
}

/// A device.
#[derive(Reply)]
pub struct DeviceAnswer {
    /// Its id.
    device_id: String,
    /// Its access point.
    access_point_id: String,
    /// Its region.
    region_id: String,
    /// Room and rack.
    location: String,
    /// Whether circuits on it may be enabled without an order.
    direct_enable: bool,
}

impl Query for DescribeDevices {
    type Reply = Devices;
    const ABOUT: About = About::operator("DescribeDevices", "operator:DescribeDevices");
    const ERRORS: Codes = &[];

    fn answer(&self, view: &mut View<'_>) -> Result<Devices> {
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let mut conditions = Conditions::default().and("id >=", "");
        if let Some(point) = &self.access_point_id {
            conditions = conditions.and("access_point_id =", point.as_str());
        }
        let from = ("id, access_point_id, region, location, direct_enable", "device");
        let (total, device) = conditions.page(view.read, from, "id", page, |row| {
            let text = |index| row.text(index).map(str::to_owned);
            Ok(DeviceAnswer {
                device_id: text(0)?,
                access_point_id: text(1)?,
                region_id: text(2)?,
                location: text(3)?,
                direct_enable: row.flag(4)?,
            })
        })?;
        Ok(Devices {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            devices: DeviceSet { device },
        })
    }
}

/// Lists ports.
#[derive(Wire)]
pub struct DescribePorts {
    /// Only ports of this device.
    device_id: Option<DeviceId>,
    /// Only ports of this access point.
    access_point_id: Option<AccessPointId>,
    /// Only ports of this type.
    port_type: Option<PortType>,
    /// Only ports in this state.
    state: Option<PortState>,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
}

/// A page of ports.
#[derive(Reply)]
pub struct Ports {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The ports.
    ports: PortSet,
}

/// The ports of a page.
#[derive(Reply)]
pub struct PortSet {
    /// One port each.
    port: Vec<PortAnswer>,
}

/// A port.
#[derive(Reply)]
pub struct PortAnswer {
    /// Its id.
    port_id: String,
    /// Its device.
    device_id: String,
    /// Its access point.
    access_point_id: String,
    /// Its type.
    port_type: String,
    /// Its number on the device.
    port_number: String,
    /// free, used, reserved or broken.
    state: String,
    /// The circuit on it; left out when there is none.
    physical_connection_id: Option<String>,
    /// Why it is reserved or broken.
    reason: String,
}

impl Query for DescribePorts {
    type Reply = Ports;
    const ABOUT: About = About::operator("DescribePorts", "operator:DescribePorts");
    const ERRORS: Codes = &[];

    fn answer(&self, view: &mut View<'_>) -> Result<Ports> {
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let mut conditions = Conditions::default().and("device_id >=", "");
        if let Some(device) = &self.device_id {
            conditions = conditions.and("device_id =", device.as_str());
        }
        if let Some(point) = &self.access_point_id {
            conditions = conditions.and("access_point_id =", point.as_str());
        }
        if let Some(port_type) = &self.port_type {
            conditions = conditions.and("port_type =", port_type.as_str());
        }
        if let Some(state) = &self.state {
            conditions = conditions.and("state =", state.as_str());
        }
        let columns = "id, device_id, access_point_id, port_type, number, state, circuit_id, reason";
        let order = "device_id, position, id";
        let (total, port) = conditions.page(view.read, (columns, "port"), order, page, port_answer)?;
        Ok(Ports {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            ports: PortSet { port },
        })
    }
}

fn port_answer(row: &dyn store::Row) -> std::result::Result<PortAnswer, store::Fault> {
    let text = |index| row.text(index).map(str::to_owned);
    Ok(PortAnswer {
        port_id: text(0)?,
        device_id: text(1)?,
        access_point_id: text(2)?,
        port_type: text(3)?,
        port_number: text(4)?,
        state: text(5)?,
        physical_connection_id: row.maybe_text(6)?.map(str::to_owned),
        reason: text(7)?,
    })
}

/// Moves a port that is in one of `from` to `to`.
fn set_state(
    cx: &mut Cx<'_>,
    port: &PortId,
    from: &[PortState],
    to: PortState,
    reason: &str,
) -> Result<Nothing> {
    let state = cx.tx.one("select state from port where id = $1", &[Arg::from(port.as_str())], |row| {
        row.text(0).map(PortState::from_wire)
    })?;
    let state = state.flatten().ok_or(&codes::INVALID_PORT_ID_NOT_FOUND)?;
    if !from.contains(&state) {
        return Err(rpc::code::Error::new(&codes::INCORRECT_STATUS_PORT)
            .with_message(format!("The port is {}; this needs one of: {}.", state.as_str(), words(from)))
            .into());
    }
    let moved = cx.tx.exec(
        "update port set state = $1, reason = $2 where id = $3 and state = $4",
        &[Arg::from(to.as_str()), Arg::from(reason), Arg::from(port.as_str()), Arg::from(state.as_str())],
    )?;
    if moved != 1 {
        return Err((&codes::INCORRECT_STATUS_PORT).into());
    }
    cx.because(reason);
    cx.record(port.as_str(), state.as_str(), to.as_str());
    Ok(Nothing {})
}

fn words(states: &[PortState]) -> String {
    states.iter().map(PortState::as_str).collect::<Vec<_>>().join(", ")
}

/// Keeps a free port back from allocation; it can still be named in one.
#[derive(Wire)]
pub struct ReservePort {
    /// The port.
    port_id: PortId,
    /// What for.
    reason: Reason,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for ReservePort {
    type Reply = Nothing;
    const ABOUT: About = About::operator("ReservePort", "operator:ReservePort").replay(Replay::Target);
    const ERRORS: Codes = &[&codes::INVALID_PORT_ID_NOT_FOUND, &codes::INCORRECT_STATUS_PORT];

    fn targets(&self) -> Vec<&str> {
        vec![self.port_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        set_state(cx, &self.port_id, &[PortState::Free], PortState::Reserved, self.reason.as_str())
    }
}

/// Gives a reserved port free again.
#[derive(Wire)]
pub struct ReleasePort {
    /// The port.
    port_id: PortId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for ReleasePort {
    type Reply = Nothing;
    const ABOUT: About = About::operator("ReleasePort", "operator:ReleasePort").replay(Replay::Target);
    const ERRORS: Codes = &[&codes::INVALID_PORT_ID_NOT_FOUND, &codes::INCORRECT_STATUS_PORT];

    fn targets(&self) -> Vec<&str> {
        vec![self.port_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        set_state(cx, &self.port_id, &[PortState::Reserved], PortState::Free, "")
    }
}

/// What an operator can say of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum PortHealth {
    /// Out of order: it is not allocated until it is in service again.
    #[choice("broken")]
    Broken,
    /// In order.
    #[choice("in service")]
    InService,
}

/// Takes a port out of service, or puts it back. A port with a circuit on it is not taken out.
#[derive(Wire)]
pub struct SetPortState {
    /// The port.
    port_id: PortId,
    /// Its new state.
    state: PortHealth,
    /// Why; needed to take a port out of service.
    reason: Option<Reason>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for SetPortState {
    type Reply = Nothing;
    const ABOUT: About = About::operator("SetPortState", "operator:SetPortState").replay(Replay::Target);
    const ERRORS: Codes =
        &[&codes::INVALID_PORT_ID_NOT_FOUND, &codes::INCORRECT_STATUS_PORT, &rpc::gateway::MISSING_PARAMETER];

    fn targets(&self) -> Vec<&str> {
        vec![self.port_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        match (self.state, &self.reason) {
            (PortHealth::InService, _) => {
                set_state(cx, &self.port_id, &[PortState::Broken], PortState::Free, "")
            }
            (PortHealth::Broken, Some(reason)) => {
                let from = [PortState::Free, PortState::Reserved];
                set_state(cx, &self.port_id, &from, PortState::Broken, reason.as_str())
            }
            (PortHealth::Broken, None) => Err(rpc::code::Error::new(&rpc::gateway::MISSING_PARAMETER)
                .with_message("The input parameter \"Reason\" is needed to take a port out of service.")
                .into()),
        }
    }
}
