//! The paper of a letter: data in, signed PDF out, and its verification without network or database. It is a pure
//! function: the same particulars and key make the same bytes. It never decides who gets a letter, and it never learns
//! a document number in full.
//!
//! Read [`particulars`] for what a letter says, [`form`] for where it stands on the page, and [`seal`] for what is
//! signed and how others verify it. `fonts` and `line` turn text into glyphs, `sheet` collects what is drawn, and
//! `draw` alone knows the PDF library.

mod draw;
mod fonts;
mod form;
mod key;
mod line;
mod particulars;
mod seal;
mod sheet;

#[cfg(test)]
mod tests;

pub use key::{LetterKey, NotAKey, PublicKey};
pub use particulars::{
    Document, Engineer, Masked, Particulars, Validity, canonical, fingerprint, mask, validity,
};
pub use seal::{Unissuable, Verdict, check, issue};
