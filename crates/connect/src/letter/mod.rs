//! The letter of authorization (LOA): what lets a tenant's engineers into the building to connect a circuit. It decides
//! nothing about circuits; their life cycle is `circuit`'s.

pub mod paper;
