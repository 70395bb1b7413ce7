//! The engineers of a letter: personal data. They lie in the store sealed, as one text, bound to their circuit; they
//! must never be in a log, an error, the ledger or a public answer.

use crate::action::Result;
use crate::cx::Cx;
use crate::seal::Seal;
use serde::{Deserialize, Serialize};
use std::fmt;
use store::Fault;

/// One engineer, in the words of the wire.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engineer {
    /// `PMName`.
    pub name: String,
    /// `PMGender`.
    pub gender: String,
    /// `PMCertificateType`.
    pub certificate_type: String,
    /// `PMCertificateNo`.
    pub certificate_no: String,
    /// `PMContactInfo`.
    pub contact: String,
}

impl fmt::Debug for Engineer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Engineer(..)")
    }
}

/// What the seal is bound to: this circuit's letter, so that a blob moved to another does not open.
fn bound_to(circuit: &str) -> String {
    format!("letter of {circuit}")
}

/// Seals the engineers of a circuit's letter.
pub(super) fn seal(cx: &mut Cx<'_>, circuit: &str, engineers: &[Engineer]) -> Vec<u8> {
    let text = serde_json::to_string(engineers).expect("texts are always JSON");
    let chance = cx.ids.bytes();
    cx.world.seal.close(&bound_to(circuit), &text, &chance)
}

/// Opens what [`seal`] made for the same circuit.
pub(super) fn open(seal: &Seal, circuit: &str, sealed: &[u8]) -> Result<Vec<Engineer>> {
    let damaged = || Fault::broken(format!("the engineers of the letter of {circuit} do not open"));
    let text = seal.open(&bound_to(circuit), sealed).map_err(|_| damaged())?;
    serde_json::from_str(&text).map_err(|_| damaged().into())
}
