//! The columns that a kind of kept thing has beside those of every row: one list of fields stands for what is read, what
//! is written and in which order. It never looks at a head, nor at what a value means.

use std::ops::RangeFrom;
use store::{Arg, Fault, Row};

/// A value as one column holds it.
pub(crate) trait Column: Sized {
    /// Reads column `at`.
    fn read(row: &dyn Row, at: usize) -> Result<Self, Fault>;
    /// The value to be written.
    fn arg(&self) -> Arg<'_>;
}

/// The word of the store, or a fault.
pub(crate) fn word<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, Fault> {
    read(text).ok_or_else(|| Fault::broken(format!("the store holds the unknown word \"{text}\"")))
}

macro_rules! column {
    ($type:ty, $row:ident, $at:ident: $read:expr, $value:ident: $arg:expr) => {
        impl Column for $type {
            fn read($row: &dyn Row, $at: usize) -> Result<Self, Fault> {
                $read
            }

            fn arg(&self) -> Arg<'_> {
                let $value = self;
                $arg
            }
        }
    };
}

column!(String, row, at: row.text(at).map(str::to_owned), value: Arg::from(value));
column!(i64, row, at: row.int(at), value: Arg::from(*value));
column!(Option<i64>, row, at: row.maybe_int(at), value: Arg::from(*value));
column!(bool, row, at: row.flag(at), value: Arg::from(*value));
column!(Vec<u8>, row, at: row.bytes(at).map(<[u8]>::to_vec), value: Arg::from(value));

/// Makes choices columns, which hold their wire text, and an empty one where nothing is chosen.
macro_rules! words {
    ($($type:ty),*) => {
        $(
            impl $crate::kept::Column for $type {
                fn read(row: &dyn store::Row, at: usize) -> std::result::Result<Self, store::Fault> {
                    $crate::kept::word(row.text(at)?, <$type>::from_wire)
                }

                fn arg(&self) -> store::Arg<'_> {
                    store::Arg::from(self.as_str())
                }
            }

            impl $crate::kept::Column for Option<$type> {
                fn read(row: &dyn store::Row, at: usize) -> std::result::Result<Self, store::Fault> {
                    match row.text(at)? {
                        "" => Ok(None),
                        text => $crate::kept::word(text, <$type>::from_wire).map(Some),
                    }
                }

                fn arg(&self) -> store::Arg<'_> {
                    store::Arg::from(self.map_or("", |value| value.as_str()))
                }
            }
        )*
    };
}
pub(crate) use words;

/// Within `impl Kept`: the fields that are columns of the same name, in the order of the row; after a semicolon those
/// that are read from elsewhere. The struct has its head in the field `head`.
macro_rules! columns {
    ($($field:ident),* $(; $elsewhere:ident)?) => {
        const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];

        fn read(
            head: $crate::kept::Head<Self::Status>,
            row: &dyn store::Row,
        ) -> std::result::Result<Self, store::Fault> {
            let mut columns = $crate::kept::OWN..;
            $(let $field = $crate::kept::next(row, &mut columns)?;)*
            Ok(Self { head, $($field,)* $($elsewhere: Default::default())? })
        }

        fn head(&self) -> &$crate::kept::Head<Self::Status> {
            &self.head
        }

        fn head_mut(&mut self) -> &mut $crate::kept::Head<Self::Status> {
            &mut self.head
        }

        fn values(&self) -> Vec<store::Arg<'_>> {
            vec![$($crate::kept::Column::arg(&self.$field)),*]
        }
    };
}
pub(crate) use columns;

/// Reads the next of a kind's own columns.
pub(crate) fn next<T: Column>(
    row: &dyn Row,
    columns: &mut RangeFrom<usize>,
) -> std::result::Result<T, Fault> {
    T::read(row, columns.next().unwrap_or_default())
}
