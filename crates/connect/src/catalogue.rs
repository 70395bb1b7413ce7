//! Regions, zones, access points, devices, ports and prices, from one TOML file. It is read once; ports then live in
//! the store, where their states change.

pub mod prices;

use crate::circuit::port_type::PortType;
use prices::{Price, Prices};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The catalogue that serves the sandbox.
pub const SANDBOX: &str = include_str!("../catalogue/sandbox.toml");

/// Everything that can be ordered, and where.
#[derive(Debug)]
pub struct Catalogue {
    regions: Vec<Region>,
    access_points: BTreeMap<String, (usize, usize)>,
    prices: Prices,
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    currency: Option<String>,
    #[serde(rename = "price", default)]
    prices: Vec<Price>,
    region: Vec<Region>,
}

/// A region.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// `cn-hangzhou` and the like.
    pub id: String,
    /// Its English name.
    pub name_en: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// The host name that DescribeRegions answers.
    pub endpoint: String,
    /// Its zones.
    #[serde(rename = "zone", default)]
    pub zones: Vec<Zone>,
    /// Its access points.
    #[serde(rename = "access_point", default)]
    pub access_points: Vec<AccessPoint>,
}

/// A zone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// `cn-hangzhou-b` and the like.
    pub id: String,
    /// Its English name.
    pub name_en: String,
    /// Its Chinese name.
    pub name_zh: String,
}

/// Whether an access point takes orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessPointStatus {
    /// Takes orders, and is the one to choose.
    Recommended,
    /// Takes orders, and is much used.
    Hot,
    /// Takes no more orders.
    Full,
    /// Closed.
    Disabled,
}

impl AccessPointStatus {
    /// The wire text.
    pub const fn as_str(self) -> &'static str {
        match self {
            AccessPointStatus::Recommended => "recommended",
            AccessPointStatus::Hot => "hot",
            AccessPointStatus::Full => "full",
            AccessPointStatus::Disabled => "disabled",
        }
    }

    /// Whether a circuit can be ordered there.
    pub const fn is_open(self) -> bool {
        matches!(self, AccessPointStatus::Recommended | AccessPointStatus::Hot)
    }
}

/// A building in which circuits end.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessPoint {
    /// `ap-cn-hangzhou-yh-A` and the like.
    pub id: String,
    /// Its English name.
    pub name_en: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// What it is.
    #[serde(default)]
    pub description: String,
    /// The building's address.
    pub location: String,
    /// Who runs the building.
    pub host_operator: String,
    /// Whether it takes orders.
    pub status: AccessPointStatus,
    /// What its devices can do, as the vendor's clients read it.
    #[serde(default)]
    pub features: BTreeMap<String, String>,
    /// Its devices.
    #[serde(rename = "device", default)]
    pub devices: Vec<Device>,
}

impl AccessPoint {
    /// Whether any device here has ports of this type, free or not.
    pub fn offers(&self, port_type: PortType) -> bool {
        self.devices.iter().flat_map(|device| &device.ports).any(|run| run.port_type == port_type.as_str())
    }
}

/// A device with ports.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Its id.
    pub id: String,
    /// Room and rack.
    pub location: String,
    /// Whether its circuits may be enabled without an order.
    #[serde(default)]
    pub direct_enable: bool,
    /// Its ports, as runs of like ones.
    #[serde(default)]
    pub ports: Vec<Ports>,
}

/// A run of like ports, numbered `slot/1` to `slot/count`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ports {
    /// Their type.
    pub port_type: String,
    /// The slot they share.
    pub slot: String,
    /// How many there are.
    pub count: u32,
}

/// A catalogue that cannot be used; the text names the place and what is wrong there.
#[derive(Debug)]
pub struct Unusable(String);

impl std::fmt::Display for Unusable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unusable {}

impl Catalogue {
    /// Reads a catalogue. An error names line, field and mend.
    pub fn parse(text: &str) -> Result<Catalogue, Unusable> {
        let file: File = toml::from_str(text).map_err(|error| Unusable(error.to_string()))?;
        let points: Vec<_> = file.region.iter().flat_map(|region| &region.access_points).collect();
        let prices = Prices::index(file.currency, file.prices, &points)?;
        let catalogue = Catalogue::index(file.region, prices)?;
        catalogue.check()?;
        Ok(catalogue)
    }

    fn index(regions: Vec<Region>, prices: Prices) -> Result<Catalogue, Unusable> {
        let mut access_points = BTreeMap::new();
        for (region_index, region) in regions.iter().enumerate() {
            if regions[..region_index].iter().any(|other| other.id == region.id) {
                return Err(Unusable(format!(
                    "region \"{}\" stands twice; give each region once",
                    region.id
                )));
            }
            for (index, point) in region.access_points.iter().enumerate() {
                if access_points.insert(point.id.clone(), (region_index, index)).is_some() {
                    let id = &point.id;
                    return Err(Unusable(format!("access point \"{id}\" stands twice; ids must be unique")));
                }
            }
        }
        Ok(Catalogue { regions, access_points, prices })
    }

    fn check(&self) -> Result<(), Unusable> {
        if self.regions.is_empty() {
            return Err(Unusable("no [[region]] is given; a catalogue needs at least one".to_owned()));
        }
        let mut devices = std::collections::BTreeSet::new();
        for (_, point) in self.access_points() {
            for device in &point.devices {
                if !devices.insert(&device.id) {
                    return Err(Unusable(format!(
                        "device \"{}\" stands twice; ids must be unique",
                        device.id
                    )));
                }
                for run in &device.ports {
                    if PortType::from_wire(&run.port_type).is_none() {
                        return Err(Unusable(format!(
                            "device \"{}\": port_type \"{}\" is none of {}",
                            device.id,
                            run.port_type,
                            PortType::ALL.iter().map(PortType::as_str).collect::<Vec<_>>().join(", ")
                        )));
                    }
                }
            }
        }
        Ok(())
    }

    /// All regions, in the file's order.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// What things cost.
    pub fn prices(&self) -> &Prices {
        &self.prices
    }

    /// The region of this id.
    pub fn region(&self, id: &str) -> Option<&Region> {
        self.regions.iter().find(|region| region.id == id)
    }

    /// The access point of this id with its region.
    pub fn access_point(&self, id: &str) -> Option<(&Region, &AccessPoint)> {
        let &(region, point) = self.access_points.get(id)?;
        let region = &self.regions[region];
        Some((region, &region.access_points[point]))
    }

    /// All access points with their regions.
    pub fn access_points(&self) -> impl Iterator<Item = (&Region, &AccessPoint)> {
        self.regions.iter().flat_map(|region| region.access_points.iter().map(move |point| (region, point)))
    }
}
