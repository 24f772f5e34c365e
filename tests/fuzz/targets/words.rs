//! Any text as one of the words that people and CI systems type: each that is read is read the same
//! from its own form.

#![no_main]

use bench_model::{api_key::ApiKey, project_address::ProjectAddress, run_id::RunId, time};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(address) = ProjectAddress::parse(text) {
        assert_eq!(
            ProjectAddress::parse(address.as_str()).as_ref(),
            Ok(&address)
        );
        assert!(address.as_str().contains(address.host()));
    }
    if let Ok(key) = ApiKey::parse(text) {
        // One character is in every text.
        let is_long = key.expose().len() > 16;
        assert!(
            !is_long || !format!("{key:?}").contains(key.expose()),
            "a key shows itself"
        );
        let _ = key.expires_at();
    }
    if let Ok(id) = text.parse::<RunId>() {
        assert_eq!(id.as_str().parse().as_ref(), Ok(&id));
    }
    if let Ok(moment) = time::read(text) {
        let again = time::read(&moment.instant.to_string()).expect("an instant is read");
        assert_eq!(again.instant, moment.instant);
    }
});
