//! What clients ask of other products, on the same endpoint, before their first word to this one (contract, clients
//! section 11): who they are, and where a product is reached. Nothing here writes, and nothing is known here that
//! another module does not keep.

pub mod endpoints;
pub mod identity;
