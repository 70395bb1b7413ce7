//! Port types and what follows from one: the circuit's specification and the optics that fit.

use rpc::Choice;

/// `PortType`: what the provider's port is (contract, conflicts B4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum PortType {
    /// Copper, 100 Mbit/s.
    #[choice("100Base-T")]
    Copper100M,
    /// Copper, 1 Gbit/s. The default of a new circuit.
    #[choice("1000Base-T")]
    Copper1G,
    /// Single-mode fibre, 1 Gbit/s.
    #[choice("1000Base-LX")]
    Fibre1G,
    /// Copper, 10 Gbit/s.
    #[choice("10GBase-T")]
    Copper10G,
    /// Single-mode fibre, 10 Gbit/s.
    #[choice("10GBase-LR")]
    Fibre10G,
    /// Single-mode fibre, 40 Gbit/s.
    #[choice("40GBase-LR")]
    Fibre40G,
    /// Single-mode fibre, 100 Gbit/s.
    #[choice("100GBase-LR")]
    Fibre100G,
}

impl PortType {
    /// `Spec` of a circuit on such a port (conflicts E5).
    pub const fn spec(self) -> &'static str {
        match self {
            PortType::Copper100M | PortType::Copper1G | PortType::Fibre1G => "1G and below",
            PortType::Copper10G | PortType::Fibre10G => "10G",
            PortType::Fibre40G => "40G",
            PortType::Fibre100G => "100G",
        }
    }

    /// How the names of the optics that fit begin; copper takes none.
    const fn optics(self) -> Option<&'static str> {
        match self {
            PortType::Copper100M | PortType::Copper1G | PortType::Copper10G => None,
            PortType::Fibre1G => Some("SFP-GE-"),
            PortType::Fibre10G => Some("SFP-10G-"),
            PortType::Fibre40G => Some("QSFP-40G-"),
            PortType::Fibre100G => Some("QSFP28-100G-"),
        }
    }

    /// Whether this optic model suits the port.
    pub fn takes(self, model: OpticalModuleModel) -> bool {
        self.optics().is_some_and(|prefix| model.as_str().starts_with(prefix))
    }
}

/// `OpticalModuleModel`: the optic in the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum OpticalModuleModel {
    /// 1 Gbit/s, 10 km.
    #[choice("SFP-GE-LR-SM1310,10KM")]
    Ge10Km,
    /// 1 Gbit/s, 40 km.
    #[choice("SFP-GE-ER-SM1310,40KM")]
    Ge40Km,
    /// 1 Gbit/s, 80 km.
    #[choice("SFP-GE-ZR-SM1550,80KM")]
    Ge80Km,
    /// 10 Gbit/s, 10 km.
    #[choice("SFP-10G-LR-SM1310,10KM")]
    TenGe10Km,
    /// 10 Gbit/s, 40 km.
    #[choice("SFP-10G-ER-SM1550,40KM")]
    TenGe40Km,
    /// 10 Gbit/s, 80 km.
    #[choice("SFP-10G-ZR-SM1550,80KM")]
    TenGe80Km,
    /// 40 Gbit/s, 10 km.
    #[choice("QSFP-40G-LR4-WDM1300,10KM")]
    FortyGe10Km,
    /// 40 Gbit/s, 40 km.
    #[choice("QSFP-40G-ER4-WDM1300,40KM")]
    FortyGe40Km,
    /// 40 Gbit/s, 80 km.
    #[choice("QSFP-40G-ZR4-WDM1300,80KM")]
    FortyGe80Km,
    /// 100 Gbit/s, 10 km.
    #[choice("QSFP28-100G-LR4-WDM1300,10KM")]
    HundredGe10Km,
    /// 100 Gbit/s, 40 km.
    #[choice("QSFP28-100G-ER4-WDM1300,40KM")]
    HundredGe40Km,
    /// 100 Gbit/s, 80 km.
    #[choice("QSFP28-100G-ZR4-WDM1300,80KM")]
    HundredGe80Km,
}
