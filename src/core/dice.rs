//! The dice, seeded by the caller: jitter, incident ids, idempotency keys. Same seed, same page.

/// xoshiro128-sized state over two words (SplitMix64 each way); not for cryptography, unique enough for keys when the
/// seed has 128 random bits.
#[derive(Clone, Debug)]
pub struct Dice {
    a: u64,
    b: u64,
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Dice {
    pub fn new(seed: [u64; 2]) -> Dice {
        Dice { a: seed[0], b: seed[1] }
    }

    pub fn draw(&mut self) -> u64 {
        self.a = self.a.wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.b = self.b.wrapping_add(0xd1b5_4a32_d192_ed03);
        mix(self.a ^ mix(self.b))
    }

    /// Dice of their own for a part of the engine: how often one part throws says nothing of the other's throws.
    #[must_use]
    pub fn fork(&mut self) -> Dice {
        Dice::new([self.draw(), self.draw()])
    }

    /// A whole number in `0..=most`, for full jitter.
    pub fn up_to(&mut self, most: u64) -> u64 {
        if most == u64::MAX { self.draw() } else { self.draw() % (most + 1) }
    }

    /// 32 lowercase hexadecimal digits.
    pub fn hex32(&mut self) -> String {
        format!("{:016x}{:016x}", self.draw(), self.draw())
    }

    /// A code that a user can read to a human over the telephone: eight characters without 0, O, 1, I.
    pub fn reference(&mut self) -> String {
        let word = self.draw();
        let mut out = String::with_capacity(9);
        for n in 0..8 {
            if n == 4 {
                out.push('-');
            }
            out.push(char::from(b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789"[(word >> (n * 5) & 31) as usize]));
        }
        out
    }
}
