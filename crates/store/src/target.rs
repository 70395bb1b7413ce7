//! Where a store lives, and how that is written in a configuration file.
//!
//! A target may hold a password, so neither its `Display` nor its `Debug` may show one.

use crate::fault::OpenError;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Which engine serves a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in a file or in memory.
    Sqlite,
    /// A server that speaks PostgreSQL's protocol.
    Postgres,
}

impl Engine {
    /// The engine's name in lower case, for logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }
}

/// Where a store lives.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// A private database in memory, gone when the store is closed. Written `memory`.
    Memory,
    /// A SQLite file. Written `sqlite:PATH`.
    Sqlite(PathBuf),
    /// A PostgreSQL server. Written as its URL, `postgres://user@host/database`; the folder of a socket is written
    /// `postgres://user@%2Ffolder/database` or `postgres://user@/database?host=/folder`. TLS is used when the URL says
    /// `sslmode=require`, and then the server's certificate is verified.
    Postgres(String),
}

impl FromStr for Target {
    type Err = OpenError;

    fn from_str(text: &str) -> Result<Target, OpenError> {
        if text == "memory" {
            return Ok(Target::Memory);
        }
        if let Some(path) = text.strip_prefix("sqlite:") {
            if path.is_empty() {
                return Err(OpenError::new("the store \"sqlite:\" names no file; write sqlite:PATH"));
            }
            return Ok(Target::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            crate::postgres::parse(text)?;
            return Ok(Target::Postgres(text.to_owned()));
        }
        // The text is not repeated: it may be a URL with a password and a slip in its first letters.
        Err(OpenError::new(
            "the store is written \"memory\", \"sqlite:PATH\" or \"postgres://user@host/database\"",
        ))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Memory => f.write_str("memory"),
            Target::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Target::Postgres(url) => f.write_str(&crate::postgres::describe(url)),
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_read_from_its_text() {
        assert_eq!("memory".parse::<Target>().unwrap(), Target::Memory);
        assert_eq!("sqlite:/a/b.db".parse::<Target>().unwrap(), Target::Sqlite(PathBuf::from("/a/b.db")));
        assert!(matches!("postgres://u@%2Ftmp%2Fx/db".parse::<Target>().unwrap(), Target::Postgres(_)));
        for wrong in ["", "sqlite:", "mysql://x", "postgres://u@host:port/db"] {
            assert!(wrong.parse::<Target>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let target: Target = "postgres://u:secret@host:6432/db".parse().unwrap();
        assert_eq!(target.to_string(), "postgres://u@host:6432/db");
        assert_eq!(format!("{target:?}"), "postgres://u@host:6432/db");
        let wrong = "postgers://u:secret@host/db".parse::<Target>().unwrap_err();
        assert!(!wrong.to_string().contains("secret"));
    }
}
