use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use serde_json::json;
use sha2::Sha256;

/// Ten years: longer than any local stack is used.
const LIFETIME_SECONDS: u64 = 10 * 365 * 24 * 60 * 60;

/// A legacy API key of Supabase: a JWT with the claim `role`, signed with HS256.
pub(crate) fn api_key(role: &str, secret: &str, issued_at: u64) -> String {
    let claims = json!({
        "iss": "supabase",
        "ref": "local",
        "role": role,
        "iat": issued_at,
        "exp": issued_at + LIFETIME_SECONDS,
    });
    sign(&claims, secret)
}

fn sign(claims: &serde_json::Value, secret: &str) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes any key");
    mac.update(format!("{header}.{payload}").as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{header}.{payload}.{signature}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_signed_as_the_standard_says() {
        // RFC 7515 has no HS256 example with this header; computed with Python's hmac and hashlib.
        let token = sign(
            &json!({"role": "anon"}),
            "super-secret-jwt-token-with-at-least-32-characters-long",
        );

        assert_eq!(
            token,
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoiYW5vbiJ9.\
             ZopqoUt20nEV9cklpv9e3yw3PVyZLmKs5qLD6nGL1SI"
        );
    }

    #[test]
    fn an_api_key_names_its_role_and_lasts_ten_years() {
        let key = api_key("service_role", "secret", 1_700_000_000);
        let payload = key.split('.').nth(1).expect("three parts");
        let claims: serde_json::Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64"))
                .expect("JSON");

        assert_eq!(claims["role"], "service_role");
        assert_eq!(claims["iss"], "supabase");
        assert_eq!(claims["exp"], 1_700_000_000 + LIFETIME_SECONDS);
    }
}
