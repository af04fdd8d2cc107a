//! Ids and chance that come out the same at every load.

use casework::clock::Timestamp;
use uuid::{Builder, Uuid};

/// Makes UUIDs of the shape of version 7: the moment they tell of, then a counter instead of chance.
#[derive(Debug, Default)]
pub struct Ids {
    made: u64,
}

impl Ids {
    /// The next id, of something that happened at `at`.
    pub fn next<T: From<Uuid>>(&mut self, at: Timestamp) -> T {
        self.made += 1;
        let mut tail = [0_u8; 10];
        tail[2..].copy_from_slice(&self.made.to_be_bytes());
        Builder::from_unix_timestamp_millis(u64::try_from(at.0).unwrap_or(0), &tail).into_uuid().into()
    }
}

/// A small deterministic generator (SplitMix64): enough to scatter points and colours, useless for secrets.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A share of 1, in 0..1.
    pub fn share(&mut self) -> f64 {
        // 32 bits are plenty here and convert without loss.
        f64::from(u32::try_from(self.roll() >> 32).unwrap_or(0)) / 4_294_967_296.0
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }
}
