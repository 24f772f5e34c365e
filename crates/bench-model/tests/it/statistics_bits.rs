//! The same input gives the same bits on every machine; `cargo xtask bench verdicts` checks the
//! same for WebAssembly.

#[path = "../../examples/bits.rs"]
#[expect(dead_code, unreachable_pub, reason = "an example, here a module")]
mod bits;

#[test]
fn every_bit_of_every_number_is_what_it_was() {
    let digest = bits::digest().expect("finite values");

    assert_eq!(digest, bits::EXPECTED, "found {digest:#018x}");
}
