//! Numbers of JavaScript, which has one kind of them, and their way to and from whole ones.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "`as` does what is meant: no fraction, the nearest that fits, and 0 for what is no number"
)]

pub fn to_u16(number: f64) -> u16 {
    number as u16
}

pub fn to_u32(number: f64) -> u32 {
    number as u32
}

pub fn to_u64(number: f64) -> u64 {
    number as u64
}

/// Exact up to 2^53; in milliseconds that is 285,000 years.
pub fn from_u64(whole: u64) -> f64 {
    whole as f64
}

/// FNV-1a of 32 bits.
pub fn fnv1a(bytes: impl Iterator<Item = u8>) -> u32 {
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_the_nearest_that_does() {
        assert_eq!(
            [-1.0, 0.9, 404.7, 65_536.0, f64::INFINITY, f64::NAN].map(to_u16),
            [0, 0, 404, u16::MAX, u16::MAX, 0]
        );
        assert_eq!([-0.5, 4_294_967_295.0, 1e10].map(to_u32), [0, u32::MAX, u32::MAX]);
        assert_eq!([-1.0, from_u64(1 << 53), f64::INFINITY].map(to_u64), [0, 1 << 53, u64::MAX]);
    }
}
