//! The file with the key that seals access key secrets: 64 hexadecimal digits that only its owner can read. It is
//! made once and must never be overwritten, printed or logged.

use crate::start::StartError;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use zeroize::Zeroizing;

/// Bytes of a master key.
const BYTES: usize = 32;

/// Reads the key.
pub fn read(path: &Path) -> Result<Zeroizing<[u8; BYTES]>, StartError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        StartError::new(format!(
            "the master key file {} cannot be read ({error}); crossconnect init makes it, --master-key says where it is",
            path.display()
        ))
    });
    let text = Zeroizing::new(text?);
    parse(text.trim()).ok_or_else(|| {
        StartError::new(format!(
            "the master key file {} does not hold 64 hexadecimal digits; give the one that crossconnect init made",
            path.display()
        ))
    })
}

/// Refuses a path where something is already.
pub fn check_absent(path: &Path) -> Result<(), StartError> {
    match path.symlink_metadata() {
        Ok(_) => Err(taken(path)),
        Err(_) => Ok(()),
    }
}

/// Makes the file, readable by its owner alone, and sees to it that it is on disk.
pub fn create(path: &Path, key: &[u8; BYTES]) -> Result<(), StartError> {
    let mut text = Zeroizing::new(String::with_capacity(2 * BYTES + 1));
    for byte in key {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    text.push('\n');
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => taken(path),
        _ => StartError::new(format!("the master key file {} cannot be written: {error}", path.display())),
    })
}

fn taken(path: &Path) -> StartError {
    StartError::new(format!(
        "the master key file {} exists and is not overwritten; give --master-key another place",
        path.display()
    ))
}

fn parse(text: &str) -> Option<Zeroizing<[u8; BYTES]>> {
    let mut key = Zeroizing::new([0; BYTES]);
    if text.len() != 2 * BYTES || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_and_its_file_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        check_absent(&path).unwrap();
        create(&path, &[0xa5; 32]).unwrap();
        assert_eq!(*read(&path).unwrap(), [0xa5; 32]);
        assert!(check_absent(&path).is_err() && create(&path, &[1; 32]).is_err());
        assert_eq!(*read(&path).unwrap(), [0xa5; 32]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&path, "not a key").unwrap();
        let sentence = read(&path).unwrap_err().to_string();
        assert!(!sentence.contains("not a key"), "{sentence}");
    }
}
