use std::{fs::File, io::Read as _};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::failure::Failure;

/// `N` cryptographically random bytes from the operating system.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Failure> {
    const SOURCE: &str = "/dev/urandom";
    let mut bytes = [0; N];
    File::open(SOURCE)
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(Failure::io("cannot read", SOURCE))?;
    Ok(bytes)
}

/// 32 hexadecimal digits: safe in a URL, a shell and a quoted SQL string.
pub(crate) fn password() -> Result<String, Failure> {
    use std::fmt::Write as _;
    let mut text = String::new();
    for byte in bytes::<16>()? {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
    }
    Ok(text)
}

/// Twenty-two letters, digits, `-` and `_`.
pub(crate) fn token() -> Result<String, Failure> {
    Ok(URL_SAFE_NO_PAD.encode(bytes::<16>()?))
}
